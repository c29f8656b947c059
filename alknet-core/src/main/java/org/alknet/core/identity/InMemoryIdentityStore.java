package org.alknet.core.identity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.credential.StoreException;

/**
 * Peers in memory, gone with the process. Writes are complete when the method returns.
 *
 * <p>Thread-safe. Readers see one whole state and are never held up by a writer.
 */
public final class InMemoryIdentityStore implements IdentityStore {
  /** Replaced as a whole, with the lock on this store held; read without it. */
  private volatile AuthPolicy peers;

  private InMemoryIdentityStore(AuthPolicy peers) {
    this.peers = peers;
  }

  /** Returns an empty store. */
  public static InMemoryIdentityStore empty() {
    return new InMemoryIdentityStore(AuthPolicy.empty());
  }

  /**
   * Returns a store with these peers.
   *
   * @throws IllegalArgumentException if two of them share an id, a fingerprint or a token hash
   */
  public static InMemoryIdentityStore of(Collection<PeerEntry> peers) {
    List<PeerEntry> entries = new ArrayList<>();
    for (PeerEntry peer : peers) {
      Optional<String> conflict =
          indexOf(entries, peer.peerId()) >= 0
              ? Optional.of("duplicate peer_id: " + peer.peerId())
              : conflict(entries, peer);
      if (conflict.isPresent()) {
        throw new IllegalArgumentException(conflict.get());
      }
      entries.add(peer);
    }
    return new InMemoryIdentityStore(AuthPolicy.of(entries, List.of()));
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    return peers.resolveFingerprint(fingerprint);
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    // There are no API keys in here, hence nothing that could expire.
    return peers.resolveToken(token, Instant.EPOCH);
  }

  /** Returns the peers in the order in which they were first put. */
  public List<PeerEntry> peers() {
    return peers.peers();
  }

  @Override
  public CompletionStage<Void> putPeer(PeerEntry peer) {
    Objects.requireNonNull(peer, "peer");
    synchronized (this) {
      int at = indexOf(peers.peers(), peer.peerId());
      return at < 0 ? append(peer) : replace(at, peer);
    }
  }

  @Override
  public CompletionStage<Void> updatePeer(String peerId, PeerEntry peer) {
    Objects.requireNonNull(peer, "peer");
    synchronized (this) {
      int at = indexOf(peers.peers(), peerId);
      if (at < 0) {
        return CompletableFuture.failedStage(new StoreException.NotFound(peerId));
      }
      if (!peer.peerId().equals(peerId) && indexOf(peers.peers(), peer.peerId()) >= 0) {
        return CompletableFuture.failedStage(
            new StoreException.Backend("duplicate peer_id: " + peer.peerId()));
      }
      return replace(at, peer);
    }
  }

  @Override
  public synchronized CompletionStage<Void> removePeer(String peerId) {
    int at = indexOf(peers.peers(), peerId);
    if (at < 0) {
      return CompletableFuture.failedStage(new StoreException.NotFound(peerId));
    }
    List<PeerEntry> next = new ArrayList<>(peers.peers());
    next.remove(at);
    return publish(next);
  }

  private CompletionStage<Void> append(PeerEntry peer) {
    List<PeerEntry> next = new ArrayList<>(peers.peers());
    Optional<String> conflict = conflict(next, peer);
    if (conflict.isPresent()) {
      return CompletableFuture.failedStage(new StoreException.Backend(conflict.get()));
    }
    next.add(peer);
    return publish(next);
  }

  private CompletionStage<Void> replace(int at, PeerEntry peer) {
    List<PeerEntry> next = new ArrayList<>(peers.peers());
    next.remove(at);
    Optional<String> conflict = conflict(next, peer);
    if (conflict.isPresent()) {
      return CompletableFuture.failedStage(new StoreException.Backend(conflict.get()));
    }
    next.add(at, peer);
    return publish(next);
  }

  private CompletionStage<Void> publish(List<PeerEntry> next) {
    peers = AuthPolicy.of(next, List.of());
    return CompletableFuture.completedStage(null);
  }

  private static int indexOf(List<PeerEntry> entries, String peerId) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).peerId().equals(peerId)) {
        return i;
      }
    }
    return -1;
  }

  /** Says which credential of the peer another one has. */
  private static Optional<String> conflict(List<PeerEntry> others, PeerEntry peer) {
    for (PeerEntry other : others) {
      if (!Collections.disjoint(other.fingerprints(), peer.fingerprints())) {
        return Optional.of("a fingerprint of this peer belongs to " + other.peerId());
      }
      if (peer.authTokenHash().isPresent() && peer.authTokenHash().equals(other.authTokenHash())) {
        return Optional.of("the token of this peer belongs to " + other.peerId());
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "InMemoryIdentityStore[" + peers.peers().size() + " peers]";
  }
}
