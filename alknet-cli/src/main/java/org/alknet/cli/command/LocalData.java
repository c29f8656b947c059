package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.HeadStart;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;

/**
 * The data directory a command works on, and its configuration. Made before anything else of them
 * is touched: it prepares the libraries.
 *
 * <p>Immutable.
 */
record LocalData(DataDirectory directory, Optional<NodeConfig> config) {
  /**
   * Reads the configuration, if there is one.
   *
   * @throws NodeException if it is wrong
   */
  static LocalData of(Invocation invocation) throws NodeException {
    DataDirectory directory = invocation.dataDirectory();
    invocation.prepareClient();
    HeadStart.store(directory);
    Optional<Path> file = invocation.configuration();
    Optional<NodeConfig> config =
        file.isEmpty() ? Optional.empty() : Optional.of(NodeConfig.load(file.get(), directory));
    return new LocalData(directory, config);
  }

  /** Opens the peers for changes; the caller closes them. */
  Peers openPeers() throws CliException, NodeException {
    return Peers.open(directory, config);
  }

  /** Returns all peers, wherever they are. */
  List<PeerEntry> peers() throws NodeException {
    return Peers.all(directory, config);
  }

  /** Opens the store; the caller closes it. */
  SqliteStore openStore() throws NodeException {
    return NodeStore.openForCommand(directory, config);
  }
}
