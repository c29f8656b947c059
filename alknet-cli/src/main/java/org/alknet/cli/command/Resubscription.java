package org.alknet.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.cli.client.Session;
import org.alknet.cli.client.Subscription;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import tools.jackson.databind.JsonNode;

/**
 * A subscription that outlives its connection, if it is asked to: it dials again, with growing
 * pauses, and subscribes anew. Values that were sent meanwhile are lost.
 *
 * <p>Runs once. Not thread-safe.
 */
final class Resubscription {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Invocation invocation;
  private final Optional<Duration> limit;
  private final long count;
  private final boolean reconnect;
  private final AtomicLong received = new AtomicLong();
  private Duration pause = FIRST_PAUSE;
  private boolean connectedOnce;
  private long beganNanos;

  /**
   * Prepares it.
   *
   * @param limit time after which it ends, from the first connection on
   * @param count values after which it ends; 0 for no limit
   * @param reconnect whether it outlives its connection
   */
  Resubscription(Invocation invocation, Optional<Duration> limit, long count, boolean reconnect) {
    this.invocation = invocation;
    this.limit = limit;
    this.count = count;
    this.reconnect = reconnect;
  }

  /**
   * Runs to the end.
   *
   * @throws CliException with the error it ended with, or a signal
   */
  void run(Callable<Session> dial, String operation, JsonNode input, Subscription.Sink sink)
      throws Exception {
    while (!attempt(dial, CallRequest.of(operation, input), operation, sink)) {
      if (isOver()) {
        return;
      }
      pause();
    }
  }

  /** Returns whether that was all; if not, it is worth another attempt. */
  private boolean attempt(
      Callable<Session> dial, CallRequest request, String operation, Subscription.Sink sink)
      throws Exception {
    try (Session session = dial.call()) {
      if (connectedOnce) {
        invocation.note("connected again");
      }
      beganNanos = connectedOnce ? beganNanos : System.nanoTime();
      connectedOnce = true;
      pause = FIRST_PAUSE;
      Optional<CallError> error = subscribe(session, request, sink);
      if (error.isEmpty()) {
        return true;
      }
      CliException failure = session.failure(operation, error.get());
      if (!reconnect || failure.exit() != ExitCodes.CONNECTION_LOST) {
        throw failure;
      }
      invocation.note("connection lost; subscribing again");
      return false;
    } catch (CliException failure) {
      // Whoever was never there is told at once; so is everything that time does not heal.
      if (!connectedOnce || !reconnect || failure.exit() != ExitCodes.CANNOT_CONNECT) {
        throw failure;
      }
      return false;
    }
  }

  private Optional<CallError> subscribe(
      Session session, CallRequest request, Subscription.Sink sink) throws Exception {
    Subscription subscription =
        Subscription.start(
            session.calls().subscribe(request),
            count == 0 ? 0 : count - received.get(),
            value -> {
              sink.accept(value);
              received.incrementAndGet();
            });
    try {
      if (limit.isPresent()) {
        subscription
            .end()
            .toCompletableFuture()
            .completeOnTimeout(Optional.empty(), leftNanos(), TimeUnit.NANOSECONDS);
      }
      return session.interrupts().await(subscription.end());
    } finally {
      subscription.cancel();
    }
  }

  private long leftNanos() {
    return Math.max(0, limit.orElseThrow().toNanos() - (System.nanoTime() - beganNanos));
  }

  private boolean isOver() {
    return (limit.isPresent() && leftNanos() == 0) || (count > 0 && received.get() >= count);
  }

  private void pause() throws Exception {
    CompletableFuture<Boolean> later =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(true, pause.toNanos(), TimeUnit.NANOSECONDS);
    Interrupts.install(invocation.context().platform()).await(later);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
