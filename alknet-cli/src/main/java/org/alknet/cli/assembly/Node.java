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
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.CallAdapter;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.observe.CountingMetrics;
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

  /** Most connected peers the state file names: it is for people and is written often. */
  private static final int MAX_NAMED = 1000;

  /** Channel of the store on which local commands reach the node. */
  static final String CONTROL = "alknet_control";

  /** How often the configuration file is looked at, if that was asked for. */
  private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

  private final NodeSettings settings;
  private final Running running;
  private final Summary summary;
  private final String fingerprint;
  private final NodePeers peers;
  private final ConfigReload reload;
  private final CountingMetrics metrics;
  private final Deque<AutoCloseable> parts;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Object stateFile = new Object();

  @GuardedBy("stateFile")
  private boolean announced;

  @GuardedBy("stateFile")
  private boolean withdrawn;

  /**
   * Takes over a node that listens.
   *
   * @param parts everything to close at the end, the last first; belongs to the node from now on
   */
  Node(
      NodeSettings settings,
      Running running,
      NodePeers peers,
      ConfigReload reload,
      CountingMetrics metrics,
      Summary summary,
      Deque<AutoCloseable> parts) {
    this.settings = settings;
    this.running = running;
    this.peers = peers;
    this.reload = reload;
    this.metrics = metrics;
    this.summary = summary;
    this.fingerprint =
        running
            .endpoint()
            .fingerprint()
            .orElseThrow(() -> new IllegalStateException("a node listens"));
    this.parts = parts;
  }

  /**
   * What runs in a node.
   *
   * @param endpoint the port
   * @param calls the handler of calls
   * @param http the HTTP face, if there is one
   * @param alpns the protocols
   * @param links the remotes that are dialled
   * @param config how long the end may take, among others
   * @param vault locked at the end, if it was not before
   */
  record Running(
      AlknetEndpoint endpoint,
      CallAdapter calls,
      Optional<HttpFace> http,
      List<Alpn> alpns,
      RemoteLinks links,
      StaticConfig config,
      Optional<NodeVault> vault) {}

  /**
   * What came of the start, for those who show it.
   *
   * <p>Immutable.
   *
   * @param newKey whether the identity of the node was made just now
   * @param portMoved whether another port than the default was taken because that one was busy
   * @param httpMoved whether the HTTP face is on another port than the endpoint because that one
   *     was busy
   * @param demoOperations how many demo operations are offered
   */
  public record Summary(boolean newKey, boolean portMoved, boolean httpMoved, int demoOperations) {}

  /** Returns what came of the start. */
  public Summary summary() {
    return summary;
  }

  /** Returns the data directory. */
  public DataDirectory directory() {
    return settings.directory();
  }

  /** Returns the fingerprint that clients pin. */
  public String fingerprint() {
    return fingerprint;
  }

  /** Returns the line a client needs to reach this node: {@code FINGERPRINT@HOST:PORT}. */
  public String address() {
    return fingerprint
        + "@"
        + HostPorts.format(HostPorts.dialable(running.endpoint().localAddress()));
  }

  /** Returns what the node listens on, as {@code HOST:PORT}. */
  public List<String> listening() {
    return running.endpoint().localAddresses().stream().map(HostPorts::format).toList();
  }

  /** Returns what there is to say about the HTTP face, if there is one. */
  public Optional<HttpState> http() {
    return running.http().flatMap(HttpFace::state);
  }

  /** Whether the node can be reached from this machine only. */
  public boolean isLoopbackOnly() {
    return running.endpoint().localAddresses().stream()
        .map(InetSocketAddress::getAddress)
        .allMatch(InetAddress::isLoopbackAddress);
  }

  /** Returns the protocols the node serves. */
  public List<Alpn> alpns() {
    return running.alpns();
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

  /** Returns how it stands with the remotes the node dials, in the order of the configuration. */
  public List<RemoteState> remotes() {
    return running.links().states();
  }

  /** Returns what was counted since the start, by name, the sum over all labels. */
  public Map<String, Long> counters() {
    return metrics.totals();
  }

  /** Step 9: follows the store and the configuration, and says now and then how it goes. */
  void follow() {
    CallAdapter calls = running.calls();
    ConfigSnapshot.Subscription reloads =
        peers
            .snapshot()
            .onChange(
                config -> {
                  calls.recheckIdentities();
                  running.links().peersChanged();
                });
    parts.push(reloads);
    peers.store().ifPresent(this::follow);
    parts.push(Ticker.start("alknet-state", STATE_INTERVAL, this::tell));
    Optional<Path> file = reload.file();
    if (settings.isWatched() && file.isPresent()) {
      ConfigWatch watch = new ConfigWatch(file.get(), this::reloadByItself);
      parts.push(Ticker.start("alknet-config-watch", WATCH_INTERVAL, watch::check));
    }
  }

  private void follow(SqliteStore store) {
    Subscription changes = store.onChange(this::onChange);
    Subscription control = store.subscribe(CONTROL, this::onControl);
    parts.push(changes);
    parts.push(control);
    // What changed between the start of the endpoint and this moment.
    recheckIdentities();
  }

  private void recheckIdentities() {
    running.endpoint().recheckIdentities();
    running.calls().recheckIdentities();
    running.links().peersChanged();
  }

  private void onChange(StoreChange change) {
    if (change.touchesPeers()) {
      recheckIdentities();
      reload.warnAboutPrefixes();
    }
    tell();
  }

  /** Only those who may write the store get this far, and they are administrators anyway. */
  private void onControl(Notification notification) {
    if (!notification.isOverflow() && ControlMessage.isReload(notification.payload())) {
      reload();
    }
  }

  private void reloadByItself() {
    ReloadReport report = reload();
    LOG.log(report.accepted() ? Level.INFO : Level.WARNING, report.summary());
  }

  /** Brings the state file up to date, once there is one. */
  void tell() {
    try {
      synchronized (stateFile) {
        if (announced) {
          announce();
        }
      }
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot write " + RunState.file(directory()), failed);
    }
  }

  /** Writes the state file, unless the node has withdrawn it for good. */
  void announce() throws IOException {
    synchronized (stateFile) {
      if (!withdrawn) {
        announced = true;
        state().write(directory());
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
        alpns().stream().map(Alpn::toString).toList(),
        fingerprint,
        peers.store().map(store -> store.info().path()),
        peers.watch(),
        peers.seen(),
        peers.count(),
        running.calls().peers().snapshot().keySet().stream().sorted().limit(MAX_NAMED).toList(),
        peers.health(),
        running.endpoint().activeConnections(),
        connectionsByAlpn(),
        remotes(),
        counters(),
        Instant.now(),
        http(),
        reload.file(),
        reload.generation(),
        reload.last());
  }

  private Map<String, Long> connectionsByAlpn() {
    Map<String, Long> connections = new LinkedHashMap<>();
    for (Alpn alpn : alpns()) {
      String name = alpn.toString();
      connections.put(name, metrics.gauge("connections_active", Map.of("alpn", name)));
    }
    return connections;
  }

  /**
   * Removes the state file and locks the vault, for a process that has no time left. The store
   * needs nothing: what was acknowledged is on the disk.
   *
   * <p>Does nothing a second time, for then another node may own the file.
   */
  public void withdraw() {
    synchronized (stateFile) {
      if (!withdrawn) {
        withdrawn = true;
        removeState();
        running.vault().ifPresent(NodeVault::close);
      }
    }
  }

  /**
   * Dials nobody any more, drains, stops everything, removes the state file and gives up the lock.
   * Waits for it.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    long began = System.nanoTime();
    try {
      running.links().stopDialling();
      running.endpoint().close();
      // The drain has reached the dialled connections as well, and nobody waited for them yet.
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      running.links().awaitClosed(running.config().drainTimeout().minus(taken));
    } finally {
      withdraw();
      release(parts);
    }
  }

  private void removeState() {
    try {
      RunState.remove(directory());
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot remove " + RunState.file(directory()), failed);
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
