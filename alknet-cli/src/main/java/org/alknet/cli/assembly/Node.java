package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.connection.Alpn;

/**
 * A running node: its endpoint, its handlers, its lock and its state file, all of which end with
 * {@link #close()}.
 *
 * <p>Thread-safe.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Node.class.getName());

  private final DataDirectory directory;
  private final AlknetEndpoint endpoint;
  private final Summary summary;
  private final String fingerprint;
  private final List<Alpn> alpns;
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
      ConfigReload reload,
      Summary summary,
      Deque<AutoCloseable> parts) {
    this.directory = directory;
    this.endpoint = endpoint;
    this.alpns = alpns;
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
   * @param peers how many peers are known
   * @param demoOperations how many demo operations are offered
   */
  public record Summary(boolean newKey, boolean portMoved, int peers, int demoOperations) {}

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
    try {
      announce();
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "cannot write " + RunState.file(directory), failed);
    }
    return report;
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
        directory.peers(),
        summary.peers(),
        "ok",
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
