package org.alknet.cli.admin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;

/**
 * The peers of a data directory, as an operator changes them while a node runs on it or not.
 *
 * <p>Not thread-safe.
 */
public final class Peers implements AutoCloseable {
  private static final Duration LIVE_LIMIT = Duration.ofSeconds(1);

  private final DataDirectory directory;
  private final SqliteStore store;

  private Peers(DataDirectory directory, SqliteStore store) {
    this.directory = directory;
    this.store = store;
  }

  /**
   * Opens the store.
   *
   * @throws CliException if the configuration lists the peers
   * @throws NodeException if the store cannot be opened
   */
  public static Peers open(DataDirectory directory, Optional<NodeConfig> config)
      throws CliException, NodeException {
    if (config.isPresent() && config.get().identity().inConfiguration()) {
      throw CliException.of(
          ExitCodes.CONFIGURATION,
          "the peers of this node are in " + config.get().file() + ", not in a store",
          "Edit the file, then:  alknet reload");
    }
    return new Peers(directory, NodeStore.openForCommand(directory, config));
  }

  /**
   * Returns all peers by id, wherever they are.
   *
   * @throws NodeException if the store cannot be opened
   */
  public static List<PeerEntry> all(DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    if (config.isPresent() && config.get().identity().inConfiguration()) {
      return config.get().dynamic().auth().peers();
    }
    try (SqliteStore store = NodeStore.openForCommand(directory, config)) {
      return store.identities().peers();
    }
  }

  /**
   * Finds a peer in a list.
   *
   * @throws CliException if there is none with this id
   */
  public static PeerEntry find(List<PeerEntry> peers, String id) throws CliException {
    return peers.stream()
        .filter(peer -> peer.peerId().equals(id))
        .findFirst()
        .orElseThrow(() -> missing(id));
  }

  /**
   * Adds a peer.
   *
   * @param replace whether it may take the place of one with the same id
   */
  public Reach add(PeerEntry peer, boolean replace) throws CliException, NodeException {
    if (!replace && store.identities().peer(peer.peerId()).isPresent()) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          "there is a peer " + peer.peerId() + " already",
          "alknet peer update "
              + peer.peerId()
              + "  changes it; --replace puts this one in its place.");
    }
    if (!store.identities().peer(peer.peerId()).equals(Optional.of(peer))) {
      refuseTakenKeys(peer, peer.peerId());
      NodeStore.await("cannot add " + peer.peerId(), store.identities().putPeer(peer));
    }
    return reach();
  }

  /** Finds a peer. */
  public PeerEntry get(String id) throws CliException {
    return store.identities().peer(id).orElseThrow(() -> missing(id));
  }

  /**
   * Changes a peer.
   *
   * @param change from what it is to what it is to be
   */
  public Reach update(String id, UnaryOperator<PeerEntry> change)
      throws CliException, NodeException {
    PeerEntry before = get(id);
    PeerEntry after = change.apply(before);
    // A write that changes nothing would make the node say nothing either.
    if (!after.equals(before)) {
      if (!after.peerId().equals(id) && store.identities().peer(after.peerId()).isPresent()) {
        throw CliException.of(
            ExitCodes.STORE,
            "there is a peer " + after.peerId() + " already",
            "Choose another id, or remove that one first:  alknet peer remove " + after.peerId());
      }
      refuseTakenKeys(after, id);
      NodeStore.await("cannot change " + id, store.identities().updatePeer(id, after));
    }
    return reach();
  }

  /** The store refuses them as well, without saying whose they are. */
  private void refuseTakenKeys(PeerEntry peer, String id) throws CliException {
    for (PeerEntry other : store.identities().peers()) {
      for (String key : peer.fingerprints()) {
        if (!other.peerId().equals(id) && other.fingerprints().contains(key)) {
          throw CliException.of(
              ExitCodes.STORE,
              key + " is the key of peer " + other.peerId() + " already",
              "A key belongs to one peer. To hand it over, give "
                  + other.peerId()
                  + " another one, or remove it first:",
              "alknet peer remove " + other.peerId());
        }
      }
    }
  }

  /** Removes a peer. */
  public Reach remove(String id) throws CliException, NodeException {
    get(id);
    NodeStore.await("cannot remove " + id, store.identities().removePeer(id));
    return reach();
  }

  /** Returns the peers there are. */
  public List<PeerEntry> list() {
    return store.identities().peers();
  }

  /**
   * Makes all changes of an import, or none.
   *
   * @throws NodeException if one of them is refused
   */
  public Reach apply(PeerDiff diff) throws NodeException {
    NodeStore.await("nothing was imported", store.batch(diff.operations()));
    return reach();
  }

  private static CliException missing(String id) {
    return CliException.of(
        ExitCodes.MISSING, "there is no peer " + id, "alknet peer list  shows who there is.");
  }

  private Reach reach() {
    return StoreReach.await(directory, store, LIVE_LIMIT);
  }

  @Override
  public void close() {
    store.close();
  }
}
