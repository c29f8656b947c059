package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.connection.Alpn;
import org.alknet.core.identity.IdentityStore;
import org.alknet.store.sqlite.Notification;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.StoreChange;
import org.alknet.store.sqlite.Subscription;

/**
 * A running node: its endpoint, its handlers, its lock and its state file, all of which end with
 * {@link #close()}.
 *
 * <p>Thread-safe.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Node.class.getName());
  private static final Duration STATE_INTERVAL = Duration.ofSeconds(10);

  /** Channel of the store on which local commands reach the node. */
  static final String CONTROL = "alknet_control";

  private final DataDirectory directory;
  private final AlknetEndpoint endpoint;
  private final Summary summary;
  private final String fingerprint;
  private final List<Alpn> alpns;
  private final NodePeers peers;
  private final ConfigReload reload;
  private final Deque<AutoCloseable> parts;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object stateFile = new Object();

  @GuardedBy("stateFile")
  private boolean withdrawn;

  Node(
      DataDirectory directory,
      AlknetEndpoint endpoint,
      List<Alpn> alpns,
      NodePeers peers,
      ConfigReload reload,
      Summary summary,
      Deque<AutoCloseable> parts) {
    this.directory = directory;
    this.endpoint = endpoint;
    this.alpns = alpns;
    this.peers = peers;
    this.reload = reload;
    this.summary = summary;
    this.fingerprint =
        endpoint.fingerprint().orElseThrow(() -> new IllegalStateException("a node listens"));
    this.parts = new ArrayDeque<>(parts);
  }

  /**
   * What came of the start, for those who show it.
   *
   * <p>Immutable.
   *
   * @param newKey whether the identity of the node was made just now
   * @param portMoved whether another port than the default was taken because that one was busy
   * @param demoOperations how many demo operations are offered
   */
  public record Summary(boolean newKey, boolean portMoved, int demoOperations) {}

  /** Returns what came of the start. */
  public Summary summary() {
    return summary;
  }

  /** Returns the data directory. */
  public DataDirectory directory() {
    return directory;
  }

  /** Returns the fingerprint that clients pin. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns the line a client needs to reach this node: {@code FINGERPRINT@HOST:PORT}. */
  public String address() {
    return fingerprint + "@" + HostPorts.format(HostPorts.dialable(endpoint.localAddress()));
  }

  /** Returns what the node listens on, as {@code HOST:PORT}. */
  public List<String> listening() {
    return endpoint.localAddresses().stream().map(HostPorts::format).toList();
  }

  /** Whether the node can be reached from this machine only. */
  public boolean isLoopbackOnly() {
    return endpoint.localAddresses().stream()
        .map(InetSocketAddress::getAddress)
        .allMatch(InetAddress::isLoopbackAddress);
  }

  /** Returns the protocols the node serves. */
  public List<Alpn> alpns() {
    return alpns;
  }

  /** Returns how many peers are known, disabled ones included. */
  public int peers() {
    return peers.count();
  }

  /** Returns how many credentials are stored. */
  public int credentials() {
    return peers.credentials();
  }

  /** Returns the file with the peers; empty if the configuration lists them. */
  public Optional<Path> storeFile() {
    return peers.identities().map(store -> store.info().path());
  }

  /** Returns how changes of other processes are noticed, such as {@code hinted}. */
  public Optional<String> watch() {
    return peers.watch();
  }

  /**
   * Returns the peers, to be changed; the object ends with the node.
   *
   * @throws IllegalStateException if the configuration lists them
   */
  public IdentityStore identities() {
    return peers
        .identities()
        .map(SqliteStore::identities)
        .orElseThrow(() -> new IllegalStateException("the configuration lists the peers"));
  }

  /** Returns the configuration file, if there is one. */
  public Optional<Path> configuration() {
    return reload.file();
  }

  /**
   * Reads the configuration file again and puts its dynamic part in force: peers, keys and limits.
   * If anything in it is wrong, the old configuration stays. Grants access, so nobody but the
   * operator may reach this. Blocks on the file.
   */
  public ReloadReport reload() {
    ReloadReport report = reload.reload();
    tell();
    return report;
  }

  /** Follows the store, and says now and then how it goes. */
  void follow() {
    peers.store().ifPresent(this::follow);
    parts.push(Ticker.start(STATE_INTERVAL, this::tell));
  }

  private void follow(SqliteStore store) {
    Subscription changes = store.onChange(this::onChange);
    Subscription control = store.subscribe(CONTROL, this::onControl);
    parts.push(changes);
    parts.push(control);
    // What changed between the start of the endpoint and this moment.
    endpoint.recheckIdentities();
  }

  private void onChange(StoreChange change) {
    if (change.touchesPeers()) {
      endpoint.recheckIdentities();
      reload.warnAboutPrefixes();
    }
    if (change.touchesCredentials()) {
      LOG.log(Level.INFO, "credentials changed: operations get them at the next start");
    }
    tell();
  }

  /** Only those who may write the store get this far, and they are administrators anyway. */
  private void onControl(Notification notification) {
    if (!notification.isOverflow() && ControlMessage.isReload(notification.payload())) {
      reload();
    }
  }

  private void tell() {
    try {
      announce();
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot write " + RunState.file(directory), failed);
    }
  }

  /** Writes the state file, unless the node has withdrawn it for good. */
  void announce() throws IOException {
    synchronized (stateFile) {
      if (!withdrawn) {
        state().write(directory);
      }
    }
  }

  private RunState state() {
    ProcessHandle process = ProcessHandle.current();
    return new RunState(
        process.pid(),
        process.info().startInstant(),
        Version.current(),
        listening(),
        alpns.stream().map(Alpn::toString).toList(),
        fingerprint,
        peers.store().map(store -> store.info().path()),
        peers.watch(),
        peers.seen(),
        peers.count(),
        peers.health(),
        endpoint.activeConnections(),
        Instant.now(),
        reload.file(),
        reload.generation(),
        reload.last());
  }

  /**
   * Removes the state file and nothing else, for a process that has no time left.
   *
   * <p>Does nothing a second time, for then another node may own the file.
   */
  public void withdraw() {
    synchronized (stateFile) {
      if (!withdrawn) {
        withdrawn = true;
        removeState();
      }
    }
  }

  /** Drains, stops everything, removes the state file and gives up the lock. Waits for it. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      endpoint.close();
    } finally {
      withdraw();
      release(parts);
    }
  }

  private void removeState() {
    try {
      RunState.remove(directory);
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot remove " + RunState.file(directory), failed);
    }
  }

  /** Closes the parts, the last acquired first, whatever happens in between. */
  static void release(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception failed) {
        LOG.log(Level.WARNING, "cannot close " + part, failed);
      }
    }
  }
}
