package org.alknet.cli.assembly;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.store.sqlite.OpenMode;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.StoreOp;
import org.alknet.store.sqlite.WatchMode;

/**
 * Opens the store of a data directory, and gives a new one its first peers: those of an earlier
 * {@code peers.json}, or the operator.
 */
public final class NodeStore {
  private static final Logger LOG = System.getLogger(NodeStore.class.getName());

  private NodeStore() {}

  /**
   * Opens the store for a command that does one thing.
   *
   * @param config the configuration, if there is one
   * @throws NodeException if it cannot be opened or filled
   */
  public static SqliteStore openForCommand(DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    directory.create();
    return open(directory, config, options(config).watch(WatchMode.MANUAL).build());
  }

  /**
   * Asks the node that follows a store to read its configuration again.
   *
   * @throws NodeException if the store cannot be written
   */
  public static void askForReload(Path file) throws NodeException {
    SqliteStoreOptions options =
        SqliteStoreOptions.builder().mode(OpenMode.EXISTING).watch(WatchMode.MANUAL).build();
    try (SqliteStore store = SqliteStore.open(file, options)) {
      await("cannot tell the node", store.notify(Node.CONTROL, ControlMessage.RELOAD));
    } catch (StoreException refused) {
      throw failure("cannot open " + file + ": " + refused.getMessage(), refused);
    }
  }

  /**
   * Opens the store for a command that follows its changes.
   *
   * @throws NodeException as {@link #openForCommand}
   */
  public static SqliteStore openToWatch(DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    directory.create();
    return open(directory, config, options(config).build());
  }

  /** Opens the store for a node. */
  static SqliteStore openForNode(
      DataDirectory directory, Optional<NodeConfig> config, CoreMetrics metrics)
      throws NodeException {
    return open(directory, config, options(config).metrics(metrics).build());
  }

  /**
   * Opens the store, if there is one, to look at it: creates, fills and watches nothing.
   *
   * @return empty if there is no such file
   */
  static Optional<SqliteStore> openToLook(DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    Path file = file(directory, config);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SqliteStore.open(
              file, options(config).mode(OpenMode.EXISTING).watch(WatchMode.MANUAL).build()));
    } catch (StoreException refused) {
      throw failure("cannot open " + file + ": " + refused.getMessage(), refused);
    }
  }

  /**
   * Refuses a store that is damaged, or whose schema is not ours ({@code --strict-store}).
   *
   * @throws NodeException listing everything that is wrong with it
   */
  static void insistOnOurs(SqliteStore store) throws NodeException {
    List<String> problems;
    try {
      problems = store.check(false).problems();
    } catch (StoreException unreadable) {
      throw failure("cannot check the store: " + unreadable.getMessage(), unreadable);
    }
    if (!problems.isEmpty()) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "the store " + store.info().path() + " is not as this program left it",
          null,
          problems);
    }
  }

  /** Returns the file of the store. */
  public static Path file(DataDirectory directory, Optional<NodeConfig> config) {
    return config.map(c -> c.store().path()).orElse(directory.store());
  }

  /**
   * Waits for a write.
   *
   * @param what for the message
   * @throws NodeException if it failed
   */
  public static void await(String what, CompletionStage<?> write) throws NodeException {
    try {
      write.toCompletableFuture().join();
    } catch (CompletionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw failure(what + ": " + cause.getMessage(), cause);
    }
  }

  private static SqliteStore open(
      DataDirectory directory, Optional<NodeConfig> config, SqliteStoreOptions options)
      throws NodeException {
    Path file = file(directory, config);
    SqliteStore store;
    try {
      store = SqliteStore.open(file, options);
    } catch (StoreException refused) {
      throw failure("cannot open " + file + ": " + refused.getMessage(), refused);
    }
    try {
      if (config.map(c -> !c.identity().inConfiguration()).orElse(true)) {
        fill(directory, store);
      }
      return store;
    } catch (NodeException | RuntimeException failed) {
      store.close();
      throw failed;
    }
  }

  /**
   * A store nobody has ever written to gets its first peers. Anything else is left as it is, so
   * that a peer somebody removed does not come back.
   */
  private static void fill(DataDirectory directory, SqliteStore store) throws NodeException {
    Path earlier = directory.peers();
    boolean virgin = store.info().seen() == 0;
    if (virgin) {
      List<PeerEntry> peers =
          Files.exists(earlier) ? PeersFile.load(earlier) : List.of(operator(directory));
      List<StoreOp> writes = new ArrayList<>();
      peers.forEach(peer -> writes.add(new StoreOp.PutPeer(peer)));
      await("cannot write the first peers", store.batch(writes));
    }
    if (Files.exists(earlier)) {
      setAside(earlier, virgin);
    }
  }

  private static PeerEntry operator(DataDirectory directory) throws NodeException {
    Ed25519SecretKey key = KeyFiles.loadOrCreate(directory.operatorKey());
    key.destroy();
    return PeerEntry.builder(NodeBuilder.OPERATOR)
        .fingerprints(key.fingerprint())
        .scopes(NodeBuilder.OPERATOR)
        .build();
  }

  private static void setAside(Path earlier, boolean imported) throws NodeException {
    Path aside = earlier.resolveSibling(earlier.getFileName() + ".imported");
    if (!imported) {
      LOG.log(
          Level.WARNING,
          earlier + " is not read any more: the store has peers; see alknet peer list");
      return;
    }
    try {
      Files.move(earlier, aside, StandardCopyOption.ATOMIC_MOVE);
      LOG.log(Level.INFO, "the peers of " + earlier + " are in the store now");
    } catch (IOException failed) {
      throw failure(
          "cannot rename " + earlier + " to " + aside + ": " + PrivateFiles.reason(failed), failed);
    }
  }

  /** Returns what a failure of the store means to a command. */
  public static NodeException failure(String message, Throwable cause) {
    // Which kind of error it is says the exit code.
    String plain = message.replace(": backend error: ", ": ");
    return new NodeException(NodeException.Kind.STORE, plain, cause, List.of());
  }

  private static SqliteStoreOptions.Builder options(Optional<NodeConfig> config) {
    return config
        .map(found -> found.store().options())
        .orElseGet(SqliteStoreOptions::defaults)
        .toBuilder();
  }
}
