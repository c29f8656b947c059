package org.alknet.call.registry;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AccessDecision;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations by which a node describes itself, {@code services/list}, {@code services/schema}
 * and, on request, {@code services/list-peers} (spec/call.md section 17). They show a caller what
 * it could call, and nothing else.
 *
 * <p>Thread-safe once bound to the registry that contains it.
 */
public final class ServiceDiscovery {
  /** Name of the operation that lists operations. */
  public static final String LIST = "services/list";

  /** Name of the operation that describes one operation. */
  public static final String SCHEMA = "services/schema";

  /** Name of the operation that lists operations by peer. */
  public static final String LIST_PEERS = "services/list-peers";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private volatile @Nullable OperationRegistry registry;

  ServiceDiscovery() {}

  /** Binds to the finished registry, which the handlers need and are part of. */
  void bind(OperationRegistry finished) {
    registry = finished;
  }

  List<HandlerRegistration> registrations() {
    return List.of(
        HandlerRegistration.of(
            listSpec(), new OperationHandler.Once(this::list), OperationProvenance.LOCAL),
        HandlerRegistration.of(
            schemaSpec(), new OperationHandler.Once(this::schema), OperationProvenance.LOCAL));
  }

  List<HandlerRegistration> peerRegistrations() {
    return List.of(
        HandlerRegistration.of(
            listPeersSpec(),
            new OperationHandler.Once(this::listPeers),
            OperationProvenance.LOCAL));
  }

  /** Returns the description of {@code services/list-peers}. */
  public static OperationSpec listPeersSpec() {
    return OperationSpec.query(LIST_PEERS).outputSchema(DiscoverySchemas.peers()).build();
  }

  /** Returns the description of {@code services/list}. */
  public static OperationSpec listSpec() {
    return OperationSpec.query(LIST).outputSchema(DiscoverySchemas.list()).build();
  }

  /** Returns the description of {@code services/schema}. */
  public static OperationSpec schemaSpec() {
    return OperationSpec.query(SCHEMA)
        .inputSchema(DiscoverySchemas.schemaInput())
        .outputSchema(DiscoverySchemas.schemaOutput())
        .build();
  }

  private CompletionStage<ResponseEnvelope> list(JsonNode input, OperationContext ctx) {
    ObjectNode output = JSON.objectNode();
    output.set("operations", visible(bound().externalOperations(), ctx));
    return answer(ResponseEnvelope.ok(ctx.requestId(), output));
  }

  /** Returns the entries of those operations the caller may call. */
  private static ArrayNode visible(List<OperationSpec> specs, OperationContext ctx) {
    ArrayNode entries = JSON.arrayNode();
    for (OperationSpec spec : specs) {
      if (spec.accessControl().check(ctx.identity()).isAllowed()) {
        entries.add(SpecJson.summary(OperationSummary.of(spec)));
      }
    }
    return entries;
  }

  /** Lists this node and its peers, each with what the caller could call if it were offered. */
  private CompletionStage<ResponseEnvelope> listPeers(JsonNode input, OperationContext ctx) {
    ObjectNode output = JSON.objectNode();
    ArrayNode peers = output.putArray("peers");
    addPeer(peers, "local", visible(bound().externalOperations(), ctx));
    for (String peerId : ctx.env().peerIds()) {
      addPeer(peers, peerId, visible(ctx.env().peerOperations(peerId), ctx));
    }
    return answer(ResponseEnvelope.ok(ctx.requestId(), output));
  }

  private static void addPeer(ArrayNode peers, String peerId, ArrayNode operations) {
    if (!operations.isEmpty()) {
      peers.addObject().put("peer_id", peerId).set("operations", operations);
    }
  }

  private CompletionStage<ResponseEnvelope> schema(JsonNode input, OperationContext ctx) {
    JsonNode wanted = input.path("name");
    if (!wanted.isString()) {
      return answer(
          ResponseEnvelope.err(
              ctx.requestId(), CallError.invalidInput(SCHEMA + " needs a string \"name\"")));
    }
    String text = wanted.stringValue();
    String name = text.startsWith("/") ? text.substring(1) : text;
    Optional<OperationSpec> spec =
        bound()
            .find(name)
            .map(HandlerRegistration::spec)
            .filter(found -> found.visibility() == Visibility.EXTERNAL || ctx.isInternal());
    if (spec.isEmpty()) {
      return answer(ResponseEnvelope.err(ctx.requestId(), CallError.notFound(name)));
    }
    if (spec.get().accessControl().check(ctx.identity())
        instanceof AccessDecision.Forbidden forbidden) {
      return answer(
          ResponseEnvelope.err(ctx.requestId(), CallError.forbidden(forbidden.message())));
    }
    return answer(ResponseEnvelope.ok(ctx.requestId(), SpecJson.spec(spec.get())));
  }

  private OperationRegistry bound() {
    return Objects.requireNonNull(registry, "discovery used before its registry was built");
  }

  private static CompletionStage<ResponseEnvelope> answer(ResponseEnvelope envelope) {
    return CompletableFuture.completedFuture(envelope);
  }
}
