package org.alknet.call.compose;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.call.operation.OperationEnv;
import org.jspecify.annotations.Nullable;

/**
 * Peers in the order in which they attached, and what each offers.
 *
 * <p>The set of peers is immutable, what they offer is not. One that remembers keeps who is the
 * first to have an operation, so that routing costs the same with one peer and with a thousand; it
 * has to be replaced by {@link #refreshed} when a peer offers something else. Thread-safe.
 */
final class AttachedPeers {
  /** Distinct names remembered; composing handlers can ask for no others than their reach has. */
  private static final int MAX_REMEMBERED = 4096;

  private final Map<String, OperationEnv> peers;
  private final @Nullable Map<String, Optional<OperationEnv>> first;

  private AttachedPeers(Map<String, OperationEnv> peers, boolean remembers) {
    this.peers = Collections.unmodifiableMap(peers);
    this.first = remembers ? new ConcurrentHashMap<>() : null;
  }

  /** Returns peers that are looked through for every call. */
  static AttachedPeers of(Map<String, ? extends OperationEnv> inOrder) {
    return new AttachedPeers(new LinkedHashMap<>(inOrder), false);
  }

  /** Returns no peers yet, to whom others are added and whose routes are remembered. */
  static AttachedPeers remembering() {
    return new AttachedPeers(Map.of(), true);
  }

  /** Replaces what a known peer offers, in its place; a new one goes to the end. */
  AttachedPeers with(String peerId, OperationEnv env) {
    Objects.requireNonNull(peerId, "peerId");
    Objects.requireNonNull(env, "env");
    Map<String, OperationEnv> next = new LinkedHashMap<>(peers);
    next.put(peerId, env);
    return new AttachedPeers(next, first != null);
  }

  AttachedPeers without(String peerId) {
    Map<String, OperationEnv> next = new LinkedHashMap<>(peers);
    next.remove(peerId);
    return new AttachedPeers(next, first != null);
  }

  /** The same peers, of which at least one offers something else now. */
  AttachedPeers refreshed() {
    return new AttachedPeers(peers, first != null);
  }

  List<String> ids() {
    return List.copyOf(peers.keySet());
  }

  Collection<OperationEnv> envs() {
    return peers.values();
  }

  @Nullable OperationEnv env(String peerId) {
    return peers.get(peerId);
  }

  /** Returns the first peer's environment that has the operation. */
  @Nullable OperationEnv firstWith(String name) {
    if (first == null) {
      return search(name);
    }
    Optional<OperationEnv> known = first.get(name);
    if (known == null) {
      known = Optional.ofNullable(search(name));
      if (first.size() < MAX_REMEMBERED) {
        first.put(name, known);
      }
    }
    OperationEnv env = known.orElse(null);
    // A peer that is just going away may have lost it before anybody was told.
    return env == null || env.contains(name) ? env : search(name);
  }

  private @Nullable OperationEnv search(String name) {
    for (OperationEnv env : peers.values()) {
      if (env.contains(name)) {
        return env;
      }
    }
    return null;
  }
}
