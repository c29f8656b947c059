package org.alknet.http.openapi;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.call.operation.CallError;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import org.alknet.http.gateway.GatewayRoutes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The document of the gateway (spec/http.md section 10): five paths, whatever is registered. The
 * errors of operations are those that this caller can meet. The same registry and rights give the
 * same bytes.
 *
 * <p>Thread-safe: everything is a function of its arguments.
 */
public final class ToOpenApi {
  /**
   * Version of the contract between the gateway and its clients. Major for what breaks clients,
   * minor for additions, patch for wording; registering operations never changes it.
   */
  public static final String CONTRACT_VERSION = "1.0.0";

  static final String SCHEMAS = "#/components/schemas/";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Map<Integer, String> PROTOCOL =
      Map.of(
          400, "InvalidRequest",
          401, "Unauthenticated",
          403, "Forbidden",
          404, "NotFound",
          413, "TooLarge",
          415, "UnsupportedType",
          422, "InvalidInput",
          500, "Internal",
          504, "Timeout");

  private final OpenApiVersion version;
  private final OperationErrors errors;

  private ToOpenApi(OpenApiVersion version, OperationErrors errors) {
    this.version = version;
    this.errors = errors;
  }

  /** Describes the gateway to a caller, in OpenAPI 3.0. */
  public static OpenApiDocument of(OperationRegistry registry, Optional<Identity> caller) {
    return of(registry, caller, OpenApiVersion.V3_0);
  }

  /**
   * Describes the gateway to a caller.
   *
   * @param caller whose errors are described; those of strangers if empty
   */
  public static OpenApiDocument of(
      OperationRegistry registry, Optional<Identity> caller, OpenApiVersion version) {
    return of(OperationErrors.admitted(registry, caller), version);
  }

  static OpenApiDocument of(OperationErrors errors, OpenApiVersion version) {
    return OpenApiDocument.trusted(new ToOpenApi(version, errors).document(), version);
  }

  private ObjectNode document() {
    ObjectNode document = NODES.objectNode().put("openapi", version.text());
    document
        .putObject("info")
        .put("title", "alknet gateway")
        .put("version", CONTRACT_VERSION)
        .put("description", "Find and call the operations of a node.");
    document.putArray("servers").addObject().put("url", "/");
    ArrayNode security = document.putArray("security");
    security.addObject().putArray("bearerAuth");
    security.addObject();
    ObjectNode paths = document.putObject("paths");
    paths.set(GatewayRoutes.SEARCH, NODES.objectNode().set("get", search()));
    paths.set(GatewayRoutes.SCHEMA, NODES.objectNode().set("get", schema()));
    paths.set(GatewayRoutes.CALL, NODES.objectNode().set("post", call()));
    paths.set(GatewayRoutes.BATCH, NODES.objectNode().set("post", batch()));
    paths.set(GatewayRoutes.SUBSCRIBE, NODES.objectNode().set("post", subscribe()));
    ObjectNode components = document.putObject("components");
    components.set("schemas", schemas());
    components
        .putObject("securitySchemes")
        .putObject("bearerAuth")
        .put("type", "http")
        .put("scheme", "bearer");
    return document;
  }

  private ObjectNode search() {
    ObjectNode operation = operation("gatewaySearch", "List the operations that can be called");
    ArrayNode parameters = operation.putArray("parameters");
    query(parameters, "q", false, "part of the name", "{'type':'string'}");
    query(parameters, "namespace", false, "the first part of the name", "{'type':'string'}");
    query(
        parameters,
        "type",
        false,
        "kind of operation",
        "{'type':'string','enum':['query','mutation','subscription']}");
    query(
        parameters,
        "limit",
        false,
        "most operations of one page",
        "{'type':'integer','minimum':1,'maximum':1000}");
    query(parameters, "cursor", false, "where the page before ended", "{'type':'string'}");
    return answers(operation, "SearchResult", 400, 401, 403, 500, 504);
  }

  private ObjectNode schema() {
    ObjectNode operation = operation("gatewaySchema", "Describe one operation");
    query(
        operation.putArray("parameters"),
        "name",
        true,
        "name of the operation",
        "{'type':'string'}");
    return answers(operation, "SchemaResult", 400, 401, 403, 404, 500, 504);
  }

  private ObjectNode call() {
    ObjectNode operation = operation("gatewayCall", "Call a query or a mutation");
    body(operation, ref("CallRequest"));
    answers(operation, "CallOk", 400, 401, 403, 404, 413, 415, 422, 500, 504);
    errors.project((ObjectNode) operation.path("responses"));
    return operation;
  }

  private ObjectNode batch() {
    ObjectNode operation = operation("gatewayBatch", "Call several queries or mutations");
    ObjectNode calls = NODES.objectNode().put("type", "array");
    calls.set("items", ref("CallRequest"));
    body(operation, calls);
    return answers(operation, "BatchResult", 400, 401, 403, 413, 415, 422, 500, 504);
  }

  private ObjectNode subscribe() {
    ObjectNode operation = operation("gatewaySubscribe", "Start a subscription");
    body(operation, ref("CallRequest"));
    answers(operation, "CallOk", 400, 401, 403, 404, 413, 415, 422, 500, 504);
    ObjectNode events =
        response(
            "One event for each value; an event named error is the last",
            "text/event-stream",
            NODES.objectNode().put("type", "string"));
    ((ObjectNode) operation.path("responses")).set("200", events);
    return operation;
  }

  private static ObjectNode operation(String id, String summary) {
    return NODES.objectNode().put("operationId", id).put("summary", summary);
  }

  private void query(
      ArrayNode to, String name, boolean required, String description, String schema) {
    ObjectNode parameter = to.addObject().put("name", name).put("in", "query");
    parameter.put("required", required).put("description", description);
    parameter.set("schema", shown(Json.quoted(schema)));
  }

  private static void body(ObjectNode operation, JsonNode schema) {
    ObjectNode body = operation.putObject("requestBody").put("required", true);
    body.putObject("content").putObject(Media.JSON).set("schema", schema);
  }

  private static ObjectNode answers(ObjectNode operation, String success, int... statuses) {
    ObjectNode responses = operation.putObject("responses");
    responses.set("200", response("It worked", Media.JSON, ref(success)));
    for (int status : statuses) {
      String name = name(status);
      responses.set(String.valueOf(status), response(description(status), Media.JSON, ref(name)));
    }
    return operation;
  }

  private static String name(int status) {
    return Objects.requireNonNull(PROTOCOL.get(status), "status");
  }

  static ObjectNode response(String description, String type, JsonNode schema) {
    ObjectNode response = NODES.objectNode().put("description", description);
    response.putObject("content").putObject(type).set("schema", schema);
    return response;
  }

  static ObjectNode ref(String name) {
    return NODES.objectNode().put("$ref", SCHEMAS + name);
  }

  private static String description(int status) {
    return switch (status) {
      case 400 -> "INVALID_INPUT: the request cannot be read";
      case 401 -> "FORBIDDEN: a token is needed";
      case 403 -> "FORBIDDEN: the caller lacks a right";
      case 404 -> "NOT_FOUND: there is no such operation";
      case 413 -> "INVALID_INPUT: the body is too long";
      case 415 -> "INVALID_INPUT: the body is no JSON";
      case 422 -> "INVALID_INPUT, INVALID_OPERATION_TYPE: the call does not fit the operation";
      case 504 -> "TIMEOUT: the deadline passed";
      default -> "INTERNAL: something failed";
    };
  }

  private ObjectNode schemas() {
    ObjectNode schemas = NODES.objectNode();
    GatewaySchemas.all().forEach((name, schema) -> schemas.set(name, shown(schema)));
    protocol(schemas, 400, CallError.INVALID_INPUT);
    protocol(schemas, 401, CallError.FORBIDDEN);
    protocol(schemas, 403, CallError.FORBIDDEN);
    protocol(schemas, 404, CallError.NOT_FOUND);
    protocol(schemas, 413, CallError.INVALID_INPUT);
    protocol(schemas, 415, CallError.INVALID_INPUT);
    protocol(schemas, 422, CallError.INVALID_INPUT, CallError.INVALID_OPERATION_TYPE);
    protocol(schemas, 500, CallError.INTERNAL);
    protocol(schemas, 504, CallError.TIMEOUT);
    errors.schemas(version).forEach(schemas::set);
    return schemas;
  }

  private void protocol(ObjectNode to, int status, String... codes) {
    to.set(name(status), shown(GatewaySchemas.error(NODES.objectNode(), codes)));
  }

  private JsonNode shown(JsonNode schema) {
    return version == OpenApiVersion.V3_0 ? SchemaDownConverter.convert(schema) : schema;
  }
}
