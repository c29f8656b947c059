package org.alknet.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.internal.schedule.Stages;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one node connected: dials, dials again when the connection ends, waits longer after each
 * failure, and imports what the node offers each time (spec/call.md G-24).
 *
 * <p>Waits are half fixed and half random, so that nodes that lost the same peer do not all come
 * back at once. They start over when a connection has lasted as long as the longest of them; a
 * server that accepts and refuses at once is not asked ever faster.
 *
 * <p>Thread-safe. The client stays the caller's to close, after this.
 */
public final class CallClientSupervisor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CallClientSupervisor.class.getName());

  private final CallRuntime runtime;
  private final Supplier<CompletionStage<CallConnection>> dial;
  private final Duration first;
  private final Duration longest;
  private final Listener listener;
  private final @Nullable FromCallConfig importing;
  private final RandomGenerator random;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private boolean closed;

  /** Dials since a connection last lasted. */
  @GuardedBy("lock")
  private int attempts;

  /** How often the wait has doubled. */
  @GuardedBy("lock")
  private int doublings;

  @GuardedBy("lock")
  private CallTimer.Scheduled timer = CallTimer.Scheduled.NONE;

  @GuardedBy("lock")
  private @Nullable CompletionStage<CallConnection> dialling;

  @GuardedBy("lock")
  private @Nullable CallConnection current;

  private CallClientSupervisor(Builder builder) {
    this.runtime = builder.runtime;
    this.dial = builder.dial;
    this.first = builder.first;
    this.longest = builder.longest;
    this.listener = builder.listener;
    this.importing = builder.importing;
    this.random = builder.random;
  }

  /**
   * Prepares to keep a node connected.
   *
   * @param client dials, and offers its operations to the node
   * @param credentials used for every dial
   */
  public static Builder builder(CallClient client, CallTarget target, CallCredentials credentials) {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(credentials, "credentials");
    return new Builder(client.runtime(), () -> client.connect(target, credentials));
  }

  /** Prepares with something else in place of the network. */
  static Builder builder(CallRuntime runtime, Supplier<CompletionStage<CallConnection>> dial) {
    return new Builder(runtime, dial);
  }

  /** Returns the connection, while there is one. */
  public Optional<CallConnection> connection() {
    synchronized (lock) {
      return Optional.ofNullable(current);
    }
  }

  /**
   * Stops dialling for good and leaves the connection alone, if there is one: for a node that
   * drains and does not want to be connected again.
   */
  public void stopDialling() {
    CompletionStage<CallConnection> giveUp;
    synchronized (lock) {
      closed = true;
      timer.cancel();
      giveUp = dialling;
    }
    if (giveUp != null) {
      giveUp.toCompletableFuture().cancel(false);
    }
  }

  /** Ends the connection and stops dialling. */
  @Override
  public void close() {
    stopDialling();
    connection().ifPresent(CallConnection::close);
  }

  private void dial() {
    int attempt;
    synchronized (lock) {
      if (closed) {
        return;
      }
      attempt = ++attempts;
    }
    tell(() -> listener.connecting(attempt));
    CompletionStage<CallConnection> started = dial.get();
    boolean late;
    synchronized (lock) {
      dialling = started;
      late = closed;
    }
    if (late) {
      started.toCompletableFuture().cancel(false);
    }
    Stages.listen(
        started,
        (connection, failure) -> {
          if (connection != null) {
            connected(connection);
          } else {
            again(failure == null ? new IllegalStateException("no connection") : failure);
          }
        });
  }

  private void connected(CallConnection connection) {
    long since = runtime.timer().nanos();
    boolean late;
    synchronized (lock) {
      dialling = null;
      late = closed;
      current = late ? null : connection;
    }
    if (late) {
      connection.close();
      return;
    }
    tell(() -> listener.connected(connection));
    Stages.listen(connection.closed(), (nothing, impossible) -> ended(connection, since));
    FromCallConfig config = importing;
    if (config != null) {
      importFrom(connection, config);
    }
  }

  private void importFrom(CallConnection connection, FromCallConfig config) {
    Stages.listen(
        new FromCall(connection, config, runtime.timer()::nanos).refresh(),
        (operations, failure) -> {
          if (operations != null) {
            tell(() -> listener.imported(connection, operations));
          } else {
            Throwable cause = Objects.requireNonNull(failure);
            LOG.log(Level.WARNING, "event=import_failed reason={0}", cause.getMessage());
            tell(() -> listener.importFailed(connection, cause));
          }
        });
  }

  private void ended(CallConnection connection, long since) {
    synchronized (lock) {
      current = null;
      if (runtime.timer().nanos() - since >= longest.toNanos()) {
        attempts = 0;
        doublings = 0;
      }
    }
    tell(() -> listener.disconnected(connection));
    again(null);
  }

  private void again(@Nullable Throwable failure) {
    Duration delay;
    synchronized (lock) {
      dialling = null;
      if (closed) {
        return;
      }
      delay = delay();
      doublings++;
      timer = runtime.timer().schedule(delay.toNanos(), () -> runtime.execute(this::dial));
    }
    if (failure != null) {
      LOG.log(
          Level.INFO,
          "event=dial_failed retry_ms={0} reason={1}",
          delay.toMillis(),
          failure.getMessage());
      tell(() -> listener.failed(failure, delay));
    }
  }

  /** Doubles with every failure up to the longest; half of it is chance. */
  @GuardedBy("lock")
  private Duration delay() {
    long nanos = first.toNanos();
    for (int i = 0; i < doublings && nanos < longest.toNanos(); i++) {
      nanos = Math.min(nanos * 2, longest.toNanos());
    }
    long half = nanos / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }

  private static void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "event=supervisor_listener_failed", bug);
    }
  }

  /** Hears what a supervisor does. Called on the handler executor; keep it short. */
  public interface Listener {
    /**
     * A dial begins.
     *
     * @param attempt counted from 1 since a connection last lasted
     */
    default void connecting(int attempt) {}

    /** The node is connected; imports follow. */
    default void connected(CallConnection connection) {}

    /** Its operations can be composed; only if the supervisor was told to import. */
    default void imported(CallConnection connection, int operations) {}

    /** It did not tell its operations; the connection goes on without them. */
    default void importFailed(CallConnection connection, Throwable failure) {}

    /**
     * A dial failed.
     *
     * @param failure usually a {@link org.alknet.call.connection.ClientException}
     * @param delay until the next one
     */
    default void failed(Throwable failure, Duration delay) {}

    /** A connection has ended; another dial follows unless the supervisor was closed. */
    default void disconnected(CallConnection connection) {}
  }

  /** Collects the optional parts of a supervisor. Not thread-safe. */
  public static final class Builder {
    private final CallRuntime runtime;
    private final Supplier<CompletionStage<CallConnection>> dial;
    private Duration first = Duration.ofSeconds(1);
    private Duration longest = Duration.ofSeconds(60);
    private Listener listener = new Listener() {};
    private @Nullable FromCallConfig importing;
    private RandomGenerator random = RandomGenerator.getDefault();

    private Builder(CallRuntime runtime, Supplier<CompletionStage<CallConnection>> dial) {
      this.runtime = runtime;
      this.dial = dial;
    }

    /**
     * Sets the waits; 1 s and 60 s by default.
     *
     * @throws IllegalArgumentException unless 1 ms ≤ first ≤ longest ≤ 1 h
     */
    public Builder backOff(Duration shortest, Duration most) {
      if (shortest.toMillis() < 1
          || most.compareTo(shortest) < 0
          || most.compareTo(Duration.ofHours(1)) > 0) {
        throw new IllegalArgumentException(
            "waits go from 1 ms up to 1 h, not from " + shortest + " to " + most);
      }
      this.first = shortest;
      this.longest = most;
      return this;
    }

    /** Sets who hears what happens. */
    public Builder listener(Listener value) {
      this.listener = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Imports these operations after every connect, in place of what was imported before. For nodes
     * that the import policy leaves out.
     */
    public Builder importing(FromCallConfig config) {
      this.importing = Objects.requireNonNull(config, "config");
      return this;
    }

    /** Sets where chance comes from. */
    Builder random(RandomGenerator value) {
      this.random = value;
      return this;
    }

    /** Starts dialling at once. */
    public CallClientSupervisor start() {
      CallClientSupervisor supervisor = new CallClientSupervisor(this);
      runtime.execute(supervisor::dial);
      return supervisor;
    }
  }
}
