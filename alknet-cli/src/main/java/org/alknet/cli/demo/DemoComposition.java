package org.alknet.cli.demo;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.credential.Capabilities;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation that is made of others, under an authority of its own, and one that nobody but such
 * an operation can reach.
 */
final class DemoComposition {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NAMESPACE = "demo";

  private DemoComposition() {}

  static List<HandlerRegistration> registrations() {
    return List.of(compose(), stamp());
  }

  private static HandlerRegistration compose() {
    OperationSpec spec =
        OperationSpec.query("demo/compose")
            .inputSchema(DemoSchemas.COMPOSE_INPUT)
            .outputSchema(DemoSchemas.COMPOSE_OUTPUT)
            .build();
    return new HandlerRegistration(
        spec,
        new OperationHandler.Once(DemoComposition::compose),
        OperationProvenance.LOCAL,
        Optional.of(CompositionAuthority.of("demo-compose")),
        Optional.of(ScopedPeerEnv.of("demo/echo", "demo/time", "demo/stamp")),
        Capabilities.empty());
  }

  private static HandlerRegistration stamp() {
    OperationSpec spec =
        OperationSpec.query("demo/stamp")
            .internal()
            .inputSchema(DemoSchemas.NOTHING)
            .outputSchema(DemoSchemas.STAMP_OUTPUT)
            .build();
    return HandlerRegistration.of(
        spec,
        new OperationHandler.Once(
            (input, ctx) ->
                CompletableFuture.completedFuture(
                    ResponseEnvelope.ok(
                        ctx.requestId(),
                        JSON.objectNode().put("stamp", "composed as " + authority(ctx))))),
        OperationProvenance.LOCAL);
  }

  /** Under whose rights this runs: those of the handler that composes, never its caller's. */
  private static String authority(OperationContext ctx) {
    return ctx.identity().map(identity -> identity.id()).orElse("nobody");
  }

  private static CompletionStage<ResponseEnvelope> compose(JsonNode input, OperationContext ctx) {
    CompletionStage<ResponseEnvelope> echo = ctx.env().invoke(NAMESPACE, "echo", input, ctx);
    CompletionStage<ResponseEnvelope> time =
        ctx.env().invoke(NAMESPACE, "time", JSON.objectNode(), ctx);
    CompletionStage<ResponseEnvelope> stamp =
        ctx.env().invoke(NAMESPACE, "stamp", JSON.objectNode(), ctx);
    return echo.thenCombine(time, List::of)
        .thenCombine(stamp, (two, third) -> answer(ctx, two.get(0), two.get(1), third));
  }

  private static ResponseEnvelope answer(
      OperationContext ctx, ResponseEnvelope echo, ResponseEnvelope time, ResponseEnvelope stamp) {
    Optional<CallError> failure = echo.error().or(time::error).or(stamp::error);
    if (failure.isPresent()) {
      return ResponseEnvelope.err(ctx.requestId(), failure.get());
    }
    ObjectNode output = JSON.objectNode();
    output.set("echo", echo.output().orElseThrow());
    output.set("time", time.output().orElseThrow());
    output.set("stamp", stamp.output().orElseThrow());
    return ResponseEnvelope.ok(ctx.requestId(), output);
  }
}
