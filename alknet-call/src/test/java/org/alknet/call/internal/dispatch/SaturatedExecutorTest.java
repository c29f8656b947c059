package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

/** A handler executor with one thread and no queue, which is busy. */
class SaturatedExecutorTest {
  private final CountDownLatch busy = new CountDownLatch(1);
  private final ThreadPoolExecutor one =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new SynchronousQueue<>(), action -> new Thread(action, "one"));

  private Pair pair() {
    return new Pair()
        .serve(
            ops ->
                ops.withLocal(OperationSpec.query("demo/echo").build(), Handlers.echo())
                    .withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), Ticks.to(3).handler()));
  }

  private void saturate() {
    one.execute(
        () -> {
          try {
            busy.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void newWorkIsRefusedTyped() {
    try (Pair pair = pair().options(options -> options.executor(one))) {
      Pair.Ends ends = pair.start();
      saturate();

      for (String operation : List.of("demo/echo", "demo/ticks", "no/such")) {
        assertThat(Await.result(ends.client().call(operation, json("1"))).error())
            .contains(CallErrors.noThread());
      }
      assertThat(pair.serverRuntime().tree().size()).isZero();
    } finally {
      busy.countDown();
      one.shutdown();
    }
  }

  @Test
  void aSubscriptionIsRefusedTypedAndEndsOnce() {
    try (Pair pair = pair().options(options -> options.executor(one))) {
      Pair.Ends ends = pair.start();
      saturate();

      Elements elements = Elements.all(ends.client().subscribe("demo/ticks", json("1")));

      assertThat(elements.toEnd())
          .singleElement()
          .satisfies(last -> assertThat(last.error()).contains(CallErrors.noThread()));
      assertThat(elements.signalsAfterEnd()).isZero();
    } finally {
      busy.countDown();
      one.shutdown();
    }
  }

  @Test
  void aCallFromAnotherFrontEndIsRefusedAndItsHandlerDoesNotRunOnTheCallersThread() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))
            .options(options -> options.executor(one))) {
      pair.start();
      saturate();

      CompletionStage<ResponseEnvelope> call =
          pair.serverRuntime().roots().invoke(java.util.Optional.empty(), "demo/wait", json("1"));

      assertThat(Await.result(call).error()).contains(CallErrors.noThread());
      assertThat(gate.entered()).isZero();
    } finally {
      busy.countDown();
      one.shutdown();
    }
  }

  @Test
  void aHandlerThatIsCancelledWhileNoThreadIsFreeHearsOfIt() {
    Gate gate = new Gate();
    CompletableFuture<String> canceller = new CompletableFuture<>();
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/wait").build(),
                        (input, ctx) -> {
                          Objects.requireNonNull(
                              ctx.cancellation()
                                  .onCancel(
                                      () -> canceller.complete(Thread.currentThread().getName())));
                          return gate.handler().handle(input, ctx);
                        }))
            .options(options -> options.executor(one))) {
      Pair.Ends ends = pair.start();
      CompletableFuture<ResponseEnvelope> call =
          ends.client().call("demo/wait", json("1")).toCompletableFuture();
      Await.result(gate.started());
      Await.until("the thread is free", () -> one.getActiveCount() == 0);
      saturate();

      ends.client().close();

      assertThat(Await.result(canceller)).isEqualTo("alknet-call-reserve");
      assertThat(Await.result(call).error()).contains(CallError.connectionClosed());
    } finally {
      busy.countDown();
      one.shutdown();
    }
  }
}
