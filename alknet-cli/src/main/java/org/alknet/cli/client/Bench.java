package org.alknet.cli.client;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.cli.context.CliException;

/**
 * Calls one operation as often as it can, or at a fixed rate, and measures how long that takes.
 *
 * <p>Closed loop: each of the callers calls again when it has its answer. Open loop, with a rate:
 * calls are due at fixed times whatever became of earlier ones, and a latency is counted from the
 * time a call was due. A stall of the remote then shows in every call that should have been made
 * during it, and not only in the few that were under way (coordinated omission).
 *
 * <p>Runs once. Not thread-safe.
 */
public final class Bench {
  /**
   * How it runs.
   *
   * <p>Immutable.
   *
   * @param concurrency calls at a time
   * @param warmup time whose calls do not count
   * @param duration time whose calls count
   * @param rate calls a second; 0 for as many as there can be
   * @param limit for each call
   */
  public record Settings(
      int concurrency, Duration warmup, Duration duration, double rate, Duration limit) {}

  /**
   * What came of it.
   *
   * <p>Immutable.
   *
   * @param latency of the calls that succeeded
   * @param errors calls that failed, by code
   * @param missed calls that were due and could not be made, because all callers were waiting
   * @param measured time that was measured
   */
  public record Report(
      LatencyHistogram latency, Map<String, Long> errors, long missed, Duration measured) {
    /** Copies. */
    public Report {
      errors = new TreeMap<>(errors);
    }

    /** Returns how many calls failed. */
    public long failed() {
      return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the calls that succeeded, by second. */
    public double throughput() {
      return latency.count() / Math.max(1e-9, measured.toNanos() / 1e9);
    }
  }

  private final Session session;
  private final CallRequest request;
  private final Settings settings;
  private final LatencyHistogram latency = new LatencyHistogram();
  private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
  private final Semaphore callers;
  private final AtomicLong lastAnswerNanos = new AtomicLong();
  private long missed;

  /** Calls over a session. */
  public Bench(Session session, CallRequest request, Settings settings) {
    this.session = session;
    this.request = request.withTimeout(settings.limit());
    this.settings = settings;
    this.callers = new Semaphore(settings.concurrency());
  }

  /**
   * Runs.
   *
   * @throws CliException if a signal came
   */
  public Report run() throws Exception {
    CompletableFuture<Integer> signal = session.interrupts().first().toCompletableFuture();
    long began = System.nanoTime();
    long counting = began + settings.warmup().toNanos();
    long end = counting + settings.duration().toNanos();
    double interval = settings.rate() > 0 ? 1e9 / settings.rate() : 0;
    for (long number = 0; ; number++) {
      long due = interval > 0 ? began + (long) (number * interval) : 0;
      if ((interval > 0 ? due : System.nanoTime()) >= end || signal.isDone()) {
        break;
      }
      if (interval > 0) {
        pause(due, signal);
      }
      if (!callers.tryAcquire(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        missed += interval > 0 ? Math.max(1, (long) ((end - due) / interval)) : 0;
        break;
      }
      long from = interval > 0 ? due : System.nanoTime();
      call(from, from >= counting);
    }
    // Those under way are part of it; each of them has a limit of its own.
    callers.tryAcquire(
        settings.concurrency(), settings.limit().toMillis() + 1000, TimeUnit.MILLISECONDS);
    if (signal.isDone()) {
      throw CliException.stopped(signal.join());
    }
    Map<String, Long> counted = new TreeMap<>();
    errors.forEach((code, count) -> counted.put(code, count.sum()));
    long until = Math.max(end, lastAnswerNanos.get());
    return new Report(latency, counted, missed, Duration.ofNanos(until - counting));
  }

  /** Waits until a call is due; the thread sleeps for the most of it. */
  private static void pause(long due, CompletableFuture<Integer> signal)
      throws InterruptedException {
    long wait = due - System.nanoTime();
    if (wait > 0 && !signal.isDone()) {
      LockSupport.parkNanos(wait);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    while (due - System.nanoTime() > 0 && !signal.isDone()) {
      Thread.onSpinWait();
    }
  }

  private void call(long from, boolean counts) {
    session
        .calls()
        .call(request)
        .whenComplete(
            (answer, failure) -> {
              long now = System.nanoTime();
              callers.release();
              if (!counts) {
                return;
              }
              lastAnswerNanos.accumulateAndGet(now, Math::max);
              String code =
                  failure != null
                      ? CallError.INTERNAL
                      : answer.error().map(CallError::code).orElse("");
              if (code.isEmpty()) {
                latency.add(now - from);
              } else {
                errors.computeIfAbsent(code, unknown -> new LongAdder()).increment();
              }
            });
  }
}
