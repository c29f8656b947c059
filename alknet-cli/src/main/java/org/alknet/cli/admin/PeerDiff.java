package org.alknet.cli.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.StoreOp;

/**
 * What an import would change, and how to change it in one transaction.
 *
 * <p>Immutable.
 *
 * @param changes one for each peer that is added, changed or removed, by id
 * @param unchanged how many stay as they are
 */
public record PeerDiff(List<Change> changes, int unchanged) {
  /** Copies. */
  public PeerDiff {
    changes = List.copyOf(changes);
  }

  /** How a change says that a peer is let in again. */
  public static final String ENABLED_AGAIN = "ENABLED AGAIN";

  /** What happens to a peer. */
  public enum Kind {
    /** It is new. */
    ADDED,
    /** It is there and becomes another. */
    CHANGED,
    /** It goes. */
    REMOVED
  }

  /**
   * What happens to one peer.
   *
   * <p>Immutable.
   *
   * @param id of the peer
   * @param kind what happens
   * @param what in words; empty for a peer that goes
   * @param after what it will be; absent if it goes
   */
  public record Change(String id, Kind kind, String what, Optional<PeerEntry> after) {
    /** Returns it as a line, such as {@code + worker scopes [a]}. */
    @Override
    public String toString() {
      String sign =
          switch (kind) {
            case ADDED -> "+ ";
            case CHANGED -> "~ ";
            case REMOVED -> "- ";
          };
      return (sign + id + "  " + what).stripTrailing();
    }

    StoreOp operation() {
      return after.isEmpty() ? new StoreOp.RemovePeer(id) : new StoreOp.PutPeer(after.get());
    }
  }

  /**
   * Compares.
   *
   * @param before the peers there are
   * @param imported those that are to be there
   * @param replace whether all others go
   */
  public static PeerDiff between(
      List<PeerEntry> before, List<PeerEntry> imported, boolean replace) {
    Map<String, PeerEntry> old = new TreeMap<>();
    before.forEach(peer -> old.put(peer.peerId(), peer));
    Map<String, Change> changes = new TreeMap<>();
    int unchanged = 0;
    for (PeerEntry peer : imported) {
      PeerEntry existing = old.remove(peer.peerId());
      if (existing == null) {
        String what = peer.enabled() ? words(peer) : words(peer) + ", disabled";
        changes.put(peer.peerId(), new Change(peer.peerId(), Kind.ADDED, what, Optional.of(peer)));
      } else if (existing.equals(peer)) {
        unchanged++;
      } else {
        changes.put(
            peer.peerId(),
            new Change(peer.peerId(), Kind.CHANGED, difference(existing, peer), Optional.of(peer)));
      }
    }
    if (replace) {
      old.keySet()
          .forEach(id -> changes.put(id, new Change(id, Kind.REMOVED, "", Optional.empty())));
    } else {
      unchanged += old.size();
    }
    return new PeerDiff(List.copyOf(changes.values()), unchanged);
  }

  /** Returns how many changes are of this kind. */
  public long count(Kind kind) {
    return changes.stream().filter(change -> change.kind() == kind).count();
  }

  /** Returns the writes, removals first: a key may move from one peer to another. */
  List<StoreOp> operations() {
    return Stream.concat(
            changes.stream().filter(change -> change.kind() == Kind.REMOVED),
            changes.stream().filter(change -> change.kind() != Kind.REMOVED))
        .map(Change::operation)
        .toList();
  }

  private static String words(PeerEntry peer) {
    return "scopes " + peer.scopes();
  }

  private static String difference(PeerEntry before, PeerEntry after) {
    List<String> words = new ArrayList<>();
    if (before.enabled() != after.enabled()) {
      words.add(after.enabled() ? ENABLED_AGAIN : "disabled");
    }
    if (!before.scopes().equals(after.scopes())) {
      words.add("scopes " + before.scopes() + " -> " + after.scopes());
    }
    if (!before.resources().equals(after.resources())) {
      words.add("resources");
    }
    if (!before.fingerprints().equals(after.fingerprints())) {
      words.add("keys");
    }
    if (!before.authTokenHash().equals(after.authTokenHash())) {
      words.add("token");
    }
    if (!before.displayName().equals(after.displayName())) {
      words.add("name");
    }
    return String.join(", ", words);
  }
}
