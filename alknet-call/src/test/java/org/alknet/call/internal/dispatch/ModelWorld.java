package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.TestIdentities;
import org.alknet.call.testing.TestTimer;
import org.alknet.core.credential.Capabilities;
import org.alknet.testkit.FakeClock;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes whose every step a seed decides: handler tasks run in random order, bytes move when the
 * seed says so, time passes when it says so, and callers, handlers and subscribers do random things
 * in between. All of it on one thread.
 */
final class ModelWorld {
  private static final List<String> UNARY = List.of("m/unary", "m/compose", "m/none");

  final Random random;
  final Steps tasks;
  final FakeClock clock = new FakeClock();
  final CallRuntime left;
  final CallRuntime right;
  private final List<CompletableFuture<ResponseEnvelope>> gates = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<CompletableFuture<ResponseEnvelope>> calls = new ArrayList<>();
  private final List<Sink> sinks = new ArrayList<>();
  private final int[] answers = new int[1];

  ModelWorld(Random random, StreamUsage usage) {
    this.random = random;
    this.tasks = new Steps(random);
    this.left = runtime(usage);
    this.right = runtime(usage);
  }

  private CallRuntime runtime(StreamUsage usage) {
    return CallRuntime.builder(registry())
        .identities(new TestIdentities())
        .limits(
            CallLimits.defaults().toBuilder()
                .maxInbound(12)
                .maxOutgoing(20)
                .maxTreeNodes(30)
                .subscriptionBuffer(4)
                .inboundTimeout(Duration.ofSeconds(20))
                .outgoingTimeout(Duration.ofSeconds(25))
                .build())
        .timer(new TestTimer(clock))
        .executor(tasks)
        .streamUsage(usage)
        .build();
  }

  private OperationRegistry registry() {
    return OperationRegistry.builder()
        .withLocal(OperationSpec.query("m/unary").build(), (input, ctx) -> gate())
        .withLocal(
            OperationSpec.query("m/compose").build(),
            (input, ctx) -> compose(ctx),
            CompositionAuthority.of("m"),
            ScopedPeerEnv.of("m/unary", "m/compose"),
            Capabilities.empty())
        .withLocalStreaming(
            OperationSpec.subscription("m/stream").build(),
            (input, ctx) -> subscriber -> sources.add(new Source(subscriber)))
        .build();
  }

  private CompletableFuture<ResponseEnvelope> gate() {
    CompletableFuture<ResponseEnvelope> gate = new CompletableFuture<>();
    gates.add(gate);
    return gate;
  }

  private CompletableFuture<ResponseEnvelope> compose(OperationContext ctx) {
    AbortPolicy policy =
        random.nextBoolean() ? AbortPolicy.ABORT_DEPENDENTS : AbortPolicy.CONTINUE_RUNNING;
    String op = random.nextInt(4) == 0 ? "compose" : "unary";
    return ctx.env()
        .invokeWithPolicy("m", op, json("1"), ctx, policy)
        .thenApply(answer -> answer)
        .toCompletableFuture();
  }

  /** Does one random thing that is not a move of bytes. */
  void act(CallSession a, CallSession b, boolean newCalls) {
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        if (newCalls) {
          call(random.nextBoolean() ? a : b);
        }
      }
      case 2 -> {
        if (newCalls) {
          subscribe(random.nextBoolean() ? a : b);
        }
      }
      case 3 -> {
        if (!calls.isEmpty() && random.nextInt(3) == 0) {
          pick(calls).cancel(false);
        }
      }
      case 4, 5 -> {
        if (!sinks.isEmpty()) {
          pick(sinks).act(random);
        }
      }
      case 6, 7 -> {
        if (!gates.isEmpty()) {
          open(take(gates));
        }
      }
      case 8, 9 -> {
        if (!sources.isEmpty()) {
          Source source = pick(sources);
          if (!source.act(random)) {
            sources.remove(source);
          }
        }
      }
      case 10 -> {
        if (random.nextInt(4) == 0) {
          clock.advance(Duration.ofMillis(random.nextInt(4000)));
        }
      }
      default -> tasks.runOne();
    }
  }

  private void call(CallSession from) {
    CallRequest request = CallRequest.of(pick(UNARY), json("1"));
    if (random.nextInt(3) == 0) {
      request = request.withTimeout(Duration.ofMillis(1 + random.nextInt(5000)));
    }
    if (random.nextInt(12) == 0) {
      request = CallRequest.of("m/stream", json("1"));
    }
    CompletableFuture<ResponseEnvelope> call = from.call(request).toCompletableFuture();
    calls.add(call);
    if (call.thenRun(() -> answers[0]++) == null) {
      throw new AssertionError();
    }
  }

  private void subscribe(CallSession from) {
    Sink sink = new Sink();
    sinks.add(sink);
    from.subscribe(random.nextInt(8) == 0 ? "m/none" : "m/stream", json("1")).subscribe(sink);
  }

  private void open(CompletableFuture<ResponseEnvelope> gate) {
    switch (random.nextInt(3)) {
      case 0 -> gate.complete(ResponseEnvelope.ok("x", json("1")));
      case 1 -> gate.complete(ResponseEnvelope.err("x", CallError.of("ODD", "m", false)));
      default -> gate.complete(ResponseEnvelope.err("x", CallError.forbidden("m")));
    }
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private <T> T take(List<T> list) {
    return list.remove(random.nextInt(list.size()));
  }

  /** Lets every handler come to its end. */
  boolean settleHandlers() {
    boolean any = !gates.isEmpty() || !sources.isEmpty();
    while (!gates.isEmpty()) {
      open(take(gates));
    }
    for (Source source : List.copyOf(sources)) {
      source.end();
    }
    sources.clear();
    sinks.forEach(Sink::drain);
    return any;
  }

  /** Asserts that everything has ended, once, and nothing is left. */
  void assertOver(CallSession a, CallSession b, String seed) {
    for (CompletableFuture<ResponseEnvelope> call : calls) {
      assertThat(call.isDone()).as("%s: a call without outcome", seed).isTrue();
    }
    for (Sink sink : sinks) {
      assertThat(sink.after).as("%s: signals after the end", seed).isZero();
      assertThat(sink.ended || sink.cancelled).as("%s: a stream without end", seed).isTrue();
    }
    for (CallSession session : List.of(a, b)) {
      assertThat(session.inbound().unanswered()).as("%s: requests in work", seed).isZero();
      assertThat(session.inbound().inWork()).as("%s: places taken", seed).isZero();
      assertThat(session.requestsWaiting()).as("%s: requests waiting", seed).isZero();
    }
    assertThat(left.tree().size()).as("%s: calls in the left tree", seed).isZero();
    assertThat(right.tree().size()).as("%s: calls in the right tree", seed).isZero();
    assertThat(left.budget().used()).as("%s: bytes held", seed).isZero();
    assertThat(right.budget().used()).as("%s: bytes held", seed).isZero();
    // At most the sweepers and a look at streams that linger.
    assertThat(clock.waitingTasks()).as("%s: timers", seed).isLessThanOrEqualTo(4);
  }

  int answers() {
    return answers[0];
  }

  /** A subscription's handler under the seed's control; it keeps to the rules of demand. */
  private static final class Source implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> subscriber;
    private long demand;
    private boolean over;

    Source(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      this.subscriber = subscriber;
      subscriber.onSubscribe(this);
    }

    /** Does something; false once it is over. */
    boolean act(Random random) {
      if (over) {
        return false;
      }
      int choice = random.nextInt(12);
      if (choice == 0) {
        end();
      } else if (choice == 1 && random.nextInt(1000) == 0) {
        over = true;
        subscriber.onError(new IllegalStateException("as the seed says"));
      } else if (choice == 2 && demand > 0) {
        demand--;
        over = true;
        subscriber.onNext(ResponseEnvelope.err("x", CallError.of("ODD", "m", true)));
        subscriber.onComplete();
      } else if (demand > 0) {
        demand--;
        subscriber.onNext(ResponseEnvelope.ok("x", json("1")));
      }
      return !over;
    }

    void end() {
      if (!over) {
        over = true;
        subscriber.onComplete();
      }
    }

    @Override
    public void request(long n) {
      demand += n;
    }

    @Override
    public void cancel() {
      over = true;
    }
  }

  /** A subscriber under the seed's control. */
  private static final class Sink implements Flow.Subscriber<ResponseEnvelope> {
    private Flow.@Nullable Subscription subscription;
    private boolean cancelled;
    private boolean ended;
    private int after;

    void act(Random random) {
      Flow.Subscription from = subscription;
      if (from == null || cancelled) {
        return;
      }
      if (random.nextInt(10) == 0) {
        cancelled = true;
        from.cancel();
      } else {
        from.request(1 + random.nextInt(3));
      }
    }

    void drain() {
      Flow.Subscription from = subscription;
      if (from != null && !cancelled) {
        from.request(1_000_000);
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription from) {
      subscription = from;
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      if (ended) {
        after++;
      }
    }

    @Override
    public void onError(Throwable failure) {
      onComplete();
    }

    @Override
    public void onComplete() {
      if (ended) {
        after++;
      }
      ended = true;
    }
  }

  static Optional<StreamUsage> usage(Random random) {
    return Optional.of(random.nextBoolean() ? StreamUsage.PER_REQUEST : StreamUsage.SHARED);
  }
}
