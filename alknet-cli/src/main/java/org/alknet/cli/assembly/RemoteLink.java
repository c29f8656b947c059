package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.alknet.call.CallClient;
import org.alknet.call.CallClientSupervisor;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.core.RemoteAddress;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * One remote that a node keeps connected: what it does about it, and how it stands.
 *
 * <p>Thread-safe. Its failures never reach the node.
 */
final class RemoteLink implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RemoteLink.class.getName());

  /** How often a trouble that stays the same is told again: about every ten minutes. */
  private static final int TELL_AGAIN = 10;

  private final NodeConfig.Connect entry;
  private final RemoteTarget target;
  private final Runnable changed;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private RemoteState state;

  @GuardedBy("lock")
  private int told;

  @GuardedBy("lock")
  private boolean over;

  @GuardedBy("lock")
  private @Nullable CallClientSupervisor supervisor;

  /**
   * Prepares to dial.
   *
   * @param changed called after each change of the state
   */
  RemoteLink(NodeConfig.Connect entry, RemoteTarget target, Runnable changed) {
    this.entry = entry;
    this.target = target;
    this.changed = changed;
    this.state =
        new RemoteState(
            entry.remote(),
            target.address().toString(),
            RemoteState.Status.CONNECTING,
            Instant.now(),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty());
  }

  /** Starts dialling, in the background. */
  void start(CallClient client, CallCredentials credentials) {
    RemoteAddress address = target.address();
    CallClientSupervisor.Builder builder =
        CallClientSupervisor.builder(
                entry.importOperations() ? client : client.withoutAutomaticImport(),
                new CallTarget(address.host(), address.port(), address.serverName()),
                credentials)
            .listener(new Hearing());
    if (entry.importOperations()) {
      builder.importing(FromCallConfig.all());
    }
    CallClientSupervisor started = builder.start();
    boolean late;
    synchronized (lock) {
      supervisor = started;
      late = over;
    }
    if (late) {
      started.close();
    }
  }

  /** Returns how it stands. */
  RemoteState state() {
    synchronized (lock) {
      return state;
    }
  }

  /** Notes what was imported over a connection, if it is this one's. */
  void imported(CallConnection connection) {
    if (connection().equals(Optional.of(connection))) {
      // What is really there: names of this node's own are left out of what the remote offers.
      int operations =
          connection.overlayEnv().peerOperations(connection.peerId().orElse("")).size();
      set(now -> now.withImported(operations));
      LOG.log(Level.INFO, line("remote_imported").field("operations", operations).toString());
      changed.run();
    }
  }

  /** Returns what ends with the connection; has ended if there is none. */
  CompletionStage<Void> closed() {
    return connection()
        .map(CallConnection::closed)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /**
   * Hangs up a remote that was nobody's when it was connected and is a known peer now, so that the
   * next connection knows it.
   */
  void peersChanged(IdentityProvider identities) {
    Optional<CallConnection> nobody =
        connection().filter(connection -> connection.peerId().isEmpty());
    if (nobody.isPresent()
        && entry.reconnect()
        && target.pins().stream()
            .anyMatch(pin -> identities.resolveFromFingerprint(pin).isPresent())) {
      LOG.log(Level.INFO, line("remote_known").toString());
      nobody.get().close();
    }
  }

  /** Dials no more, and leaves a connection to the drain. */
  void stopDialling() {
    synchronized (lock) {
      over = true;
    }
    supervised().ifPresent(CallClientSupervisor::stopDialling);
  }

  @Override
  public void close() {
    stopDialling();
    supervised().ifPresent(CallClientSupervisor::close);
  }

  private Optional<CallConnection> connection() {
    return supervised().flatMap(CallClientSupervisor::connection);
  }

  private Optional<CallClientSupervisor> supervised() {
    synchronized (lock) {
      return Optional.ofNullable(supervisor);
    }
  }

  private void set(UnaryOperator<RemoteState> change) {
    synchronized (lock) {
      state = change.apply(state);
    }
  }

  /** Whether this trouble is worth a warning: when it is new, and now and then if it stays. */
  private boolean isWorthTelling(String trouble) {
    synchronized (lock) {
      told = state.trouble().equals(Optional.of(trouble)) ? told + 1 : 0;
      return told % TELL_AGAIN == 0;
    }
  }

  private LogLine line(String event) {
    return LogLine.event(event)
        .field("remote", entry.remote())
        .field("address", target.address().toString());
  }

  private final class Hearing implements CallClientSupervisor.Listener {
    @Override
    public void connecting(int attempt) {
      set(now -> now.is(RemoteState.Status.CONNECTING).withAttempts(attempt));
    }

    @Override
    public void connected(CallConnection connection) {
      set(now -> now.is(RemoteState.Status.CONNECTED).withPeer(connection.peerId()));
      LOG.log(
          Level.INFO,
          line("remote_connected").field("peer_id", connection.peerId().orElse("")).toString());
      if (connection.peerId().isEmpty()) {
        LOG.log(
            Level.WARNING,
            entry.remote()
                + " is connected and no known peer: it may call what anybody may, and none of its"
                + " operations can be composed; to know it: alknet peer add NAME --fingerprint "
                + target.pins().stream().findFirst().orElse("FP"));
      }
      changed.run();
    }

    @Override
    public void imported(CallConnection connection, int operations) {
      RemoteLink.this.imported(connection);
    }

    @Override
    public void importFailed(CallConnection connection, Throwable failure) {
      String trouble =
          "its operations were not imported: "
              + LogLine.escape(String.valueOf(failure.getMessage()));
      set(now -> now.withTrouble(trouble));
      LOG.log(Level.WARNING, entry.remote() + ": " + trouble);
      changed.run();
    }

    @Override
    public void failed(Throwable failure, Duration delay) {
      String trouble = RemoteTrouble.describe(entry.remote(), target, failure);
      boolean tell = isWorthTelling(trouble);
      RemoteState.Status status =
          RemoteTrouble.isDistrust(failure)
              ? RemoteState.Status.NOT_TRUSTED
              : RemoteState.Status.WAITING;
      set(now -> now.is(status).withTrouble(trouble));
      if (tell) {
        LOG.log(
            Level.WARNING,
            entry.remote()
                + ": "
                + trouble
                + (entry.reconnect() ? "" : "; not dialled again (reconnect = false)"));
      }
      goOnOrEnd();
    }

    @Override
    public void disconnected(CallConnection connection) {
      set(now -> now.is(RemoteState.Status.WAITING));
      LOG.log(Level.INFO, line("remote_disconnected").toString());
      goOnOrEnd();
    }

    private void goOnOrEnd() {
      if (!entry.reconnect()) {
        stopDialling();
        set(now -> now.is(RemoteState.Status.ENDED));
      }
      changed.run();
    }
  }
}
