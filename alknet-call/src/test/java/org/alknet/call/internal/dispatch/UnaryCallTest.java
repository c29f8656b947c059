package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Pair;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class UnaryCallTest {
  private static CompletionStage<ResponseEnvelope> echo(
      JsonNode input, org.alknet.call.operation.OperationContext ctx) {
    return CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input));
  }

  @Test
  void aCallIsAnswered() {
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(OperationSpec.query("demo/echo").build(), UnaryCallTest::echo))) {
      Pair.Ends ends = pair.start();

      ResponseEnvelope answer = Await.result(ends.client().call("demo/echo", json("{'a':1}")));

      assertThat(answer.output()).contains(json("{'a':1}"));
    }
  }

  @Test
  void theServingSideCallsBack() {
    try (Pair pair =
        new Pair()
            .callBack(
                ops ->
                    ops.withLocal(OperationSpec.query("demo/echo").build(), UnaryCallTest::echo))) {
      Pair.Ends ends = pair.start();

      ResponseEnvelope answer = Await.result(ends.server().call("/demo/echo", json("[2]")));

      assertThat(answer.output()).contains(json("[2]"));
    }
  }

  @Test
  void anUnknownOperationIsNotFound() {
    try (Pair pair = new Pair()) {
      Pair.Ends ends = pair.start();

      CallError error =
          Await.result(ends.client().call("no/such", json("{}"))).error().orElseThrow();

      assertThat(error).isEqualTo(CallError.notFound("no/such"));
    }
  }

  @Test
  void manyCallsOverlap() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))
            .serve(
                ops ->
                    ops.withLocal(OperationSpec.query("demo/echo").build(), UnaryCallTest::echo))) {
      Pair.Ends ends = pair.start();

      CompletionStage<ResponseEnvelope> waiting = ends.client().call("demo/wait", json("{}"));
      Await.result(gate.started());
      for (int i = 0; i < 1000; i++) {
        Await.result(ends.client().call("demo/echo", json(Integer.toString(i))));
      }
      gate.open(json("'late'"));

      assertThat(Await.result(waiting).output()).contains(json("'late'"));
    }
  }

  @Test
  void aDeniedCallNeverEntersTheHandler() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/secret")
                            .accessControl(AccessControl.scopes("operator"))
                            .build(),
                        gate.handler()))) {
      Pair.Ends ends = pair.start();

      CallError error =
          Await.result(ends.client().call("demo/secret", json("{}"))).error().orElseThrow();

      assertThat(error).isEqualTo(CallError.forbidden("authentication required"));
      assertThat(gate.entered()).isZero();
    }
  }
}
