package org.alknet.http.mcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of a server's tools up to date: listens on the stream the server has for news
 * if it has one, and asks again when it says that something changed, when the stream was opened,
 * and now and then in any case. However often a server says so, it is asked at a bounded rate; what
 * fails is tried again after longer and longer waits.
 *
 * <p>Thread-safe. Nothing is called while the lock is held. Owns its stream and its waits until
 * {@link #close()}.
 */
final class ToolWatch implements AutoCloseable, NewsTaker {
  private static final Logger LOG = System.getLogger(ToolWatch.class.getName());
  private static final Duration SETTLED = Duration.ofSeconds(30);

  /** How many gaps there are between two questions for which there is no news. */
  private static final int SUSPICION = 30;

  private final String namespace;
  private final Pace pace;
  private final Server server;
  private final Function<Duration, CompletableFuture<Void>> pause;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Set<Step> underWay = new HashSet<>();

  @GuardedBy("lock")
  private @Nullable MessageEvents stream;

  @GuardedBy("lock")
  private Refreshing refreshing = Refreshing.IDLE;

  @GuardedBy("lock")
  private boolean again;

  @GuardedBy("lock")
  private long lastRefresh;

  @GuardedBy("lock")
  private int failedRefreshes;

  @GuardedBy("lock")
  private int failedStreams;

  @GuardedBy("lock")
  private long openedAt;

  @GuardedBy("lock")
  private boolean closed;

  /** Whether the server is being asked. */
  private enum Refreshing {
    /** Nothing is known to have changed. */
    IDLE,
    /** It will be asked soon; news that come until then are answered by the same question. */
    WAITING,
    /** It is being asked; news that come now mean asking once more. */
    ASKING
  }

  /**
   * How often something happens.
   *
   * @param settle wait after news, for more of them
   * @param gap shortest time between two questions
   * @param firstWait wait after a failure; doubles
   * @param longestWait longest such wait
   * @param poll when the server is asked in any case, and longest silence of the stream
   */
  record Pace(
      Duration settle, Duration gap, Duration firstWait, Duration longestWait, Duration poll) {
    static Pace usual() {
      return new Pace(
          Duration.ofMillis(200),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(10));
    }
  }

  /** Who is asked. */
  interface Server {
    /** Asks for the tools, and makes them known. */
    CompletableFuture<ToolChanges> refresh();

    /** Opens the stream. */
    CompletableFuture<MessageEvents> listen(Duration longestSilence, NewsTaker taker);
  }

  ToolWatch(
      String namespace,
      Pace pace,
      Server server,
      Function<Duration, CompletableFuture<Void>> pause) {
    this.namespace = namespace;
    this.pace = Objects.requireNonNull(pace, "pace");
    this.server = Objects.requireNonNull(server, "server");
    this.pause = Objects.requireNonNull(pause, "pause");
    this.lastRefresh = System.nanoTime() - pace.gap().toNanos();
  }

  /** Begins. */
  void start() {
    listen();
    poll();
  }

  private void poll() {
    later(
        pace.poll(),
        () -> {
          toolsChanged();
          poll();
        });
  }

  // ---- asking

  @Override
  public void toolsChanged() {
    Duration wait;
    synchronized (lock) {
      if (refreshing != Refreshing.IDLE) {
        again = refreshing == Refreshing.ASKING || again;
        return;
      }
      refreshing = Refreshing.WAITING;
      wait = longer(pace.settle(), gapLeft());
    }
    later(wait, this::refresh);
  }

  /** Hears that a call failed as if a tool were gone; once in a while that is worth a question. */
  void suspect() {
    boolean due;
    synchronized (lock) {
      due = System.nanoTime() - lastRefresh > pace.gap().toNanos() * SUSPICION;
    }
    if (due) {
      toolsChanged();
    }
  }

  @GuardedBy("lock")
  private Duration gapLeft() {
    return pace.gap().minusNanos(System.nanoTime() - lastRefresh);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void refresh() {
    synchronized (lock) {
      refreshing = Refreshing.ASKING;
      again = false;
      lastRefresh = System.nanoTime();
    }
    follow(server.refresh(), (done, failure) -> refreshed(failure));
  }

  private void refreshed(@Nullable Throwable failure) {
    Duration wait;
    synchronized (lock) {
      failedRefreshes = failure == null ? 0 : failedRefreshes + 1;
      if (failure == null && !again) {
        refreshing = Refreshing.IDLE;
        return;
      }
      refreshing = Refreshing.WAITING;
      wait = longer(failure == null ? pace.settle() : backOff(failedRefreshes), gapLeft());
    }
    if (failure != null) {
      tell(Level.WARNING, "mcp_refresh_failed", failure);
    }
    later(wait, this::refresh);
  }

  // ---- listening

  private void listen() {
    follow(
        server.listen(pace.poll(), this),
        (opened, failure) -> {
          if (failure != null) {
            ended(
                failure instanceof McpFailure typed
                    ? Optional.of(typed)
                    : Optional.of(McpFailure.transport(failure)));
            return;
          }
          boolean late;
          synchronized (lock) {
            late = closed;
            stream = opened;
            openedAt = System.nanoTime();
          }
          if (late) {
            Objects.requireNonNull(opened).cancel();
          } else {
            toolsChanged(); // what happened while nobody listened
          }
        });
  }

  @Override
  public void ended(Optional<McpFailure> failure) {
    boolean refused = failure.filter(ToolWatch::isRefusal).isPresent();
    Duration wait;
    synchronized (lock) {
      boolean lived = stream != null && System.nanoTime() - openedAt > SETTLED.toNanos();
      stream = null;
      failedStreams = lived || refused ? 0 : failedStreams + 1;
      wait = refused ? pace.poll() : backOff(failedStreams);
    }
    // Streams end all the time; that none can be had is heard of when the server is asked.
    failure.ifPresent(cause -> tell(Level.DEBUG, "mcp_stream_ended", cause));
    later(wait, this::listen);
  }

  /** Whether a server says that it has no stream for news. */
  private static boolean isRefusal(McpFailure failure) {
    return switch (failure.kind()) {
      case REFUSED -> true;
      case RPC -> failure.code().orElse(0) == RpcFailure.UNKNOWN_METHOD;
      case STATUS -> failure.status() == 405 || failure.status() == 406 || failure.status() == 400;
      default -> false;
    };
  }

  // ---- waiting

  @GuardedBy("lock")
  private Duration backOff(int failures) {
    long most =
        Math.min(
            pace.longestWait().toNanos(),
            pace.firstWait().toNanos() << Math.min(20, Math.max(0, failures - 1)));
    return Duration.ofNanos(most / 2 + RandomGenerator.getDefault().nextLong(most / 2 + 1));
  }

  private void later(Duration time, Runnable action) {
    follow(
        pause.apply(time),
        (nothing, failure) -> {
          if (failure == null) {
            action.run();
          }
        });
  }

  /** Something that takes time. */
  private static final class Step {
    private final CompletableFuture<?> future;

    Step(CompletableFuture<?> future) {
      this.future = future;
    }
  }

  /** What follows it. */
  private interface Next<T> {
    void accept(@Nullable T value, @Nullable Throwable failure);
  }

  private <T> void follow(CompletableFuture<T> future, Next<T> next) {
    Step step = new Step(future);
    synchronized (lock) {
      if (!closed) {
        underWay.add(step);
      }
    }
    CompletableFuture<Void> unused =
        future.handle(
            (value, failure) -> {
              boolean over;
              synchronized (lock) {
                underWay.remove(step);
                over = closed;
              }
              if (!over) {
                next.accept(value, failure == null ? null : Stepwise.unwrap(failure));
              } else if (value instanceof MessageEvents late) {
                late.cancel();
              }
              return (Void) null;
            });
    Objects.requireNonNull(unused);
    boolean late;
    synchronized (lock) {
      late = closed;
    }
    if (late) {
      future.cancel(true);
    }
  }

  private void tell(Level level, String event, Throwable cause) {
    LOG.log(
        level,
        LogLine.event(event)
            .field("namespace", namespace)
            .field("cause", String.valueOf(cause.getMessage()))
            .toString());
  }

  /** Stops listening and asking. */
  @Override
  public void close() {
    Set<Step> steps;
    MessageEvents open;
    synchronized (lock) {
      closed = true;
      steps = Set.copyOf(underWay);
      open = stream;
    }
    steps.forEach(step -> step.future.cancel(true));
    if (open != null) {
      open.cancel();
    }
  }
}
