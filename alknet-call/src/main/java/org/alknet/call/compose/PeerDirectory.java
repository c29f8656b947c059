package org.alknet.call.compose;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.alknet.call.connection.CallConnection;

/**
 * Over which connection each peer is reached: one for a node, shared by its adapter and its clients
 * (spec/call.md section 10.5). A peer is known by its logical id; of two connections with one id
 * the newer counts.
 *
 * <p>Connections attach and detach by themselves. Thread-safe; readers take no lock.
 */
public final class PeerDirectory {
  private static final Logger LOG = System.getLogger(PeerDirectory.class.getName());

  /** What lists call this node itself, so no peer can have the name. */
  private static final String LOCAL = "local";

  private final Object writeLock = new Object();
  private final List<PeerEvents> listeners = new CopyOnWriteArrayList<>();

  /** Both are replaced as a whole, with the lock held. */
  private volatile Map<String, CallConnection> connections = Map.of();

  private volatile AttachedPeers routes = AttachedPeers.remembering();

  private PeerDirectory() {}

  /** Returns an empty directory. */
  public static PeerDirectory create() {
    return new PeerDirectory();
  }

  /**
   * Routes calls for the peer over the connection. A peer that was attached keeps its place in the
   * order.
   *
   * @return false if the id cannot be one of a peer
   */
  public boolean attach(String peerId, CallConnection connection) {
    Objects.requireNonNull(peerId, "peerId");
    Objects.requireNonNull(connection, "connection");
    if (!isPeer(peerId)) {
      LOG.log(Level.WARNING, "event=peer_not_attached peer_id={0} names no peer", peerId);
      return false;
    }
    synchronized (writeLock) {
      Map<String, CallConnection> next = new LinkedHashMap<>(connections);
      next.put(peerId, connection);
      connections = Collections.unmodifiableMap(next);
      routes = routes.with(peerId, connection.overlayEnv());
      add(listener -> listener.attached(peerId, connection));
    }
    listeners.forEach(PeerEvents::deliver);
    return true;
  }

  private static boolean isPeer(String peerId) {
    return !peerId.isEmpty() && !peerId.equals(LOCAL);
  }

  /**
   * Stops routing over the connection, unless a newer one has taken its place.
   *
   * @return whether calls were routed over it
   */
  public boolean detach(String peerId, CallConnection connection) {
    synchronized (writeLock) {
      if (connections.get(peerId) != connection) {
        return false;
      }
      Map<String, CallConnection> next = new LinkedHashMap<>(connections);
      next.remove(peerId);
      connections = Collections.unmodifiableMap(next);
      routes = routes.without(peerId);
      add(listener -> listener.detached(peerId, connection));
    }
    listeners.forEach(PeerEvents::deliver);
    return true;
  }

  /** Notes that a connection offers other operations than before. */
  public void changed(String peerId, CallConnection connection) {
    synchronized (writeLock) {
      if (connections.get(peerId) == connection) {
        routes = routes.refreshed();
      }
    }
  }

  /** Tells the listeners about an automatic import. */
  public void imported(String peerId, CallConnection connection, int operations) {
    add(listener -> listener.imported(peerId, connection, operations));
    listeners.forEach(PeerEvents::deliver);
  }

  /** Tells the listeners that an automatic import failed. */
  public void importFailed(
      String peerId, CallConnection connection, Throwable failure, boolean willRetry) {
    add(listener -> listener.importFailed(peerId, connection, failure, willRetry));
    listeners.forEach(PeerEvents::deliver);
  }

  /** Returns the connections by peer, in the order in which the peers attached. */
  public Map<String, CallConnection> snapshot() {
    return connections;
  }

  /** Returns the connection to a peer, for what cannot be composed, such as subscriptions. */
  public Optional<CallConnection> connection(String peerId) {
    return Optional.ofNullable(connections.get(peerId));
  }

  /**
   * Tells a listener about every change from now on.
   *
   * @param executor where it is called; stays the caller's
   * @return ends it when closed
   */
  public Subscription listen(PeerListener listener, Executor executor) {
    PeerEvents events =
        new PeerEvents(
            Objects.requireNonNull(listener, "listener"),
            Objects.requireNonNull(executor, "executor"));
    listeners.add(events);
    return () -> listeners.remove(events);
  }

  private void add(Consumer<PeerListener> event) {
    listeners.forEach(events -> events.add(event));
  }

  /**
   * Returns the layers of a call from outside.
   *
   * @param base this node's own operations
   */
  public PeerCompositeEnv env(LocalOperationEnv base) {
    return new PeerCompositeEnv(base, null, routes);
  }

  /** Returns the layers of a call that came over a connection, whose own operations count. */
  public PeerCompositeEnv env(LocalOperationEnv base, String peerId, CallConnection connection) {
    AttachedPeers current = routes;
    return new PeerCompositeEnv(
        base,
        null,
        !isPeer(peerId) || current.env(peerId) == connection.overlayEnv()
            ? current
            : current.with(peerId, connection.overlayEnv()));
  }

  /** A listener's place in the list. */
  public interface Subscription extends AutoCloseable {
    /** Ends it; events that are on their way still arrive. */
    @Override
    void close();
  }
}
