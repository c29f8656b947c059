package org.alknet.http.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.alknet.call.operation.AccessDecision;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The errors a caller can meet: those with a status, of the operations that admit the caller, each
 * code once. What they look like is what the gateway sends: code, message, and the declared schema
 * for the details.
 *
 * <p>Immutable.
 */
final class OperationErrors {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String IMPORTED = "HTTP_";
  private static final int BAD_GATEWAY = 502;

  /** What replaces schemas that differ from operation to operation. */
  private static final JsonNode ANYTHING = NODES.objectNode();

  private final List<ErrorCase> cases;

  /** A code at a status, and the name of its schema. */
  private record ErrorCase(
      int status, String code, String description, JsonNode details, String schemaName) {}

  private OperationErrors(List<ErrorCase> cases) {
    this.cases = List.copyOf(cases);
  }

  /** Returns the operations that admit a caller and declare errors. */
  static List<OperationSpec> relevant(OperationRegistry registry, Optional<Identity> caller) {
    return registry.externalOperations().stream()
        .filter(spec -> !spec.errorSchemas().isEmpty())
        .filter(spec -> !(spec.accessControl().check(caller) instanceof AccessDecision.Forbidden))
        .toList();
  }

  static OperationErrors admitted(OperationRegistry registry, Optional<Identity> caller) {
    return of(relevant(registry, caller));
  }

  static OperationErrors of(List<OperationSpec> operations) {
    Map<String, ErrorDefinition> byCode = new TreeMap<>();
    for (OperationSpec operation : operations) {
      for (ErrorDefinition definition : operation.errorSchemas()) {
        if (status(definition).isPresent()) {
          byCode.merge(definition.code(), definition, OperationErrors::merged);
        }
      }
    }
    Set<String> taken = new HashSet<>();
    List<ErrorCase> cases = new ArrayList<>();
    byCode.forEach(
        (code, definition) -> {
          String base = "Error_" + code.replaceAll("[^A-Za-z0-9._-]", "_");
          String name = base;
          for (int i = 2; !taken.add(name); i++) {
            name = base + "_" + i;
          }
          cases.add(
              new ErrorCase(
                  status(definition).getAsInt(),
                  code,
                  definition.description(),
                  definition.schema(),
                  name));
        });
    return new OperationErrors(cases);
  }

  private static ErrorDefinition merged(ErrorDefinition first, ErrorDefinition other) {
    return first.schema().equals(other.schema())
        ? first
        : new ErrorDefinition(first.code(), first.description(), ANYTHING, first.httpStatus());
  }

  /** Returns the status the gateway gives to an error, if that is not one every error may have. */
  private static OptionalInt status(ErrorDefinition definition) {
    if (definition.httpStatus().isEmpty()) {
      return OptionalInt.empty();
    }
    int status = definition.httpStatus().getAsInt();
    if (status >= 400 && status <= 599) {
      return OptionalInt.of(status);
    }
    return definition.code().startsWith(IMPORTED)
        ? OptionalInt.of(BAD_GATEWAY)
        : OptionalInt.empty();
  }

  /** Adds the errors to the responses of a call. */
  void project(ObjectNode responses) {
    Map<Integer, List<ErrorCase>> byStatus =
        cases.stream()
            .collect(Collectors.groupingBy(ErrorCase::status, TreeMap::new, Collectors.toList()));
    byStatus.forEach((status, errors) -> project(responses, String.valueOf(status), errors));
  }

  private static void project(ObjectNode responses, String status, List<ErrorCase> errors) {
    JsonNode present = responses.path(status);
    List<String> descriptions = new ArrayList<>();
    ArrayNode variants = NODES.arrayNode();
    if (present.isObject()) {
      descriptions.add(present.path("description").asString(""));
      variants.add(present.path("content").path(Media.JSON).path("schema"));
    }
    for (ErrorCase error : errors) {
      descriptions.add(
          error.description().isEmpty() ? error.code() : error.code() + ": " + error.description());
      variants.add(ToOpenApi.ref(error.schemaName()));
    }
    JsonNode schema =
        variants.size() == 1 ? variants.get(0) : NODES.objectNode().set("oneOf", variants);
    ObjectNode response = ToOpenApi.response(String.join("; ", descriptions), Media.JSON, schema);
    if (status.equals("429") || status.equals("503")) {
      response
          .putObject("headers")
          .putObject("Retry-After")
          .put("description", "seconds, or a date, if the service said when to come back")
          .putObject("schema")
          .put("type", "string");
    }
    responses.set(status, response);
  }

  /** Returns the schemas by the names that the responses use. */
  Map<String, JsonNode> schemas(OpenApiVersion version) {
    Map<String, JsonNode> schemas = new LinkedHashMap<>();
    for (ErrorCase error : cases) {
      JsonNode details =
          version == OpenApiVersion.V3_0
              ? SchemaDownConverter.convert(error.details())
              : apart(
                  moved(
                      error.details(),
                      ToOpenApi.SCHEMAS + error.schemaName() + "/properties/details"));
      ObjectNode schema = NODES.objectNode().put("title", error.code());
      schema.put("description", error.description().isEmpty() ? error.code() : error.description());
      schema.setAll(GatewaySchemas.error(details, error.code()));
      schemas.put(error.schemaName(), schema);
    }
    return schemas;
  }

  /**
   * Puts a reference beside definitions into a schema of its own. Some readers follow a reference
   * first when a path leads through its schema, and never get to the definitions beside it.
   */
  private static JsonNode apart(JsonNode schema) {
    if (!(schema instanceof ObjectNode object) || !object.has("$ref") || object.size() == 1) {
      return schema;
    }
    ObjectNode copy = object.deepCopy();
    JsonNode reference = copy.remove("$ref");
    copy.putArray("allOf").addObject().set("$ref", reference);
    return copy;
  }

  /** Makes references within a schema fit the place it gets in the document. */
  private static JsonNode moved(JsonNode node, String place) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = NODES.arrayNode();
      array.forEach(element -> copy.add(moved(element, place)));
      return copy;
    }
    if (!(node instanceof ObjectNode)) {
      return node;
    }
    ObjectNode copy = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      boolean reference =
          member.getKey().equals("$ref")
              && member.getValue().isString()
              && member.getValue().stringValue().startsWith("#");
      copy.set(
          member.getKey(),
          reference
              ? NODES.stringNode(place + member.getValue().stringValue().substring(1))
              : moved(member.getValue(), place));
    }
    return copy;
  }
}
