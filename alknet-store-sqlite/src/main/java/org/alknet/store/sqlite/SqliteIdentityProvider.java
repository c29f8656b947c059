package org.alknet.store.sqlite;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.PeerEntry;

/**
 * The peers of a store. Reads answer from memory; a completed write is durable and seen by every
 * later read of this process, and by other processes within milliseconds.
 *
 * <p>What a peer may look like is checked before anything is written: a violation fails with {@link
 * StoreException.Serialization}, naming the field. API keys are not kept here.
 *
 * <p>Thread-safe. Ends with its store: afterwards nobody is known and writes fail.
 */
public final class SqliteIdentityProvider implements IdentityStore {
  private final Publisher publisher;
  private final Writes writes;

  SqliteIdentityProvider(Publisher publisher, Writes writes) {
    this.publisher = publisher;
    this.writes = writes;
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    return publisher.snapshot().peers().byFingerprint(fingerprint);
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    return publisher.snapshot().peers().byToken(token);
  }

  /** Returns all peers, disabled ones included, ordered by id. */
  public List<PeerEntry> peers() {
    return publisher.snapshot().peers().peers();
  }

  /** Finds a peer, disabled or not. */
  public Optional<PeerEntry> peer(String peerId) {
    return publisher.snapshot().peers().peer(Objects.requireNonNull(peerId, "peerId"));
  }

  /** Returns the number of the state that reads see now; it grows with every change. */
  public long generation() {
    return publisher.snapshot().generation();
  }

  @Override
  public CompletionStage<Void> putPeer(PeerEntry peer) {
    return writes.one("put_peer", new StoreOp.PutPeer(peer));
  }

  @Override
  public CompletionStage<Void> updatePeer(String peerId, PeerEntry peer) {
    return writes.one("update_peer", new StoreOp.UpdatePeer(peerId, peer));
  }

  @Override
  public CompletionStage<Void> removePeer(String peerId) {
    return writes.one("remove_peer", new StoreOp.RemovePeer(peerId));
  }

  /** Says how many peers there are. */
  @Override
  public String toString() {
    return "SqliteIdentityProvider[" + publisher.snapshot().peers().size() + " peers]";
  }
}
