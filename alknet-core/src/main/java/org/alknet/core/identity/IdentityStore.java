package org.alknet.core.identity;

import java.util.concurrent.CompletionStage;
import org.alknet.core.credential.StoreException;

/**
 * Peers that can be changed at run time (spec/core.md section 14.1). Reads are synchronous because
 * every connection needs them, writes asynchronous because they may reach a disk.
 *
 * <p>Implementations are thread-safe. A read that starts after a write has completed sees it.
 * Writes are all or nothing; failures are {@link StoreException}s in the stage. No two peers share
 * an id, a fingerprint or a token hash, disabled ones included: a write that would make them fails
 * with {@link StoreException.Backend}.
 */
public interface IdentityStore extends IdentityProvider {
  /** Adds a peer, or replaces the one with the same id. */
  CompletionStage<Void> putPeer(PeerEntry peer);

  /**
   * Replaces the peer with this id; a rename if the new entry has another one.
   *
   * @return fails with {@link StoreException.NotFound} if there is none
   */
  CompletionStage<Void> updatePeer(String peerId, PeerEntry peer);

  /**
   * Removes the peer with this id.
   *
   * @return fails with {@link StoreException.NotFound} if there is none
   */
  CompletionStage<Void> removePeer(String peerId);
}
