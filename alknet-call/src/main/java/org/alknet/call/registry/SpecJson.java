package org.alknet.call.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.Visibility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Operations as discovery writes them (spec/call.md section 17), and read back from what another
 * node wrote.
 */
public final class SpecJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SpecJson() {}

  /** Returns one entry of {@code services/list}. */
  public static ObjectNode summary(OperationSummary summary) {
    return JSON.objectNode()
        .put("name", summary.name())
        .put("namespace", summary.namespace())
        .put("op_type", summary.opType().wireName());
  }

  /** Returns the answer of {@code services/schema}. */
  public static ObjectNode spec(OperationSpec spec) {
    ObjectNode json =
        JSON.objectNode()
            .put("name", spec.name())
            .put("namespace", spec.namespace())
            .put("op_type", spec.opType().wireName())
            .put("visibility", spec.visibility().wireName());
    json.set("input_schema", spec.inputSchema());
    json.set("output_schema", spec.outputSchema());
    ArrayNode errors = json.putArray("error_schemas");
    for (ErrorDefinition definition : spec.errorSchemas()) {
      ObjectNode error =
          errors
              .addObject()
              .put("code", definition.code())
              .put("description", definition.description());
      error.set("schema", definition.schema());
      OptionalInt status = definition.httpStatus();
      error.set(
          "http_status", status.isPresent() ? JSON.numberNode(status.getAsInt()) : JSON.nullNode());
    }
    json.set("access_control", accessControl(spec.accessControl()));
    return json;
  }

  private static ObjectNode accessControl(AccessControl control) {
    ObjectNode json = JSON.objectNode();
    json.set("required_scopes", strings(control.requiredScopes()));
    json.set(
        "required_scopes_any",
        control.requiredScopesAny().<JsonNode>map(SpecJson::strings).orElse(JSON.nullNode()));
    json.set("resource_type", stringOrNull(control.resourceType()));
    json.set("resource_action", stringOrNull(control.resourceAction()));
    return json;
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = JSON.arrayNode();
    values.forEach(array::add);
    return array;
  }

  private static JsonNode stringOrNull(Optional<String> value) {
    return value.<JsonNode>map(JSON::stringNode).orElse(JSON.nullNode());
  }

  /**
   * Reads the entries of a {@code services/list} answer.
   *
   * @throws IllegalArgumentException if it has another shape
   */
  public static List<OperationSummary> parseList(JsonNode answer) {
    JsonNode entries = answer.path("operations");
    if (!entries.isArray()) {
      throw new IllegalArgumentException("a list of operations has an array \"operations\"");
    }
    List<OperationSummary> summaries = new ArrayList<>();
    for (JsonNode entry : entries) {
      String name = requiredText(entry, "name");
      JsonNode namespace = entry.path("namespace");
      OperationType type = opType(entry);
      summaries.add(
          new OperationSummary(
              name, namespace.isString() ? namespace.stringValue() : namespaceOf(name), type));
    }
    return summaries;
  }

  /**
   * Reads a {@code services/schema} answer. Error definitions without a code are skipped; missing
   * schemas allow everything; missing access control restricts nothing.
   *
   * @throws IllegalArgumentException if name, type or visibility is missing or unknown
   */
  public static OperationSpec parseSpec(JsonNode answer) {
    String name = requiredText(answer, "name");
    JsonNode visibility = answer.path("visibility");
    return new OperationSpec(
        name,
        opType(answer),
        visibility.isString()
            ? Visibility.ofWireName(visibility.stringValue())
                .orElseThrow(() -> new IllegalArgumentException("unknown visibility"))
            : Visibility.EXTERNAL,
        schema(answer, "input_schema"),
        schema(answer, "output_schema"),
        errors(answer.path("error_schemas")),
        parseAccessControl(answer.path("access_control")));
  }

  private static OperationType opType(JsonNode json) {
    return OperationType.ofWireName(requiredText(json, "op_type"))
        .orElseThrow(() -> new IllegalArgumentException("unknown op_type"));
  }

  private static String namespaceOf(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? name : name.substring(0, slash);
  }

  private static JsonNode schema(JsonNode json, String key) {
    JsonNode schema = json.path(key);
    return schema.isMissingNode() ? JSON.objectNode() : schema;
  }

  private static List<ErrorDefinition> errors(JsonNode json) {
    List<ErrorDefinition> definitions = new ArrayList<>();
    for (JsonNode entry : json) {
      JsonNode code = entry.path("code");
      if (!code.isString()) {
        continue;
      }
      JsonNode description = entry.path("description");
      JsonNode status = entry.path("http_status");
      boolean usable =
          status.isIntegralNumber()
              && status.canConvertToInt()
              && status.intValue() >= 0
              && status.intValue() <= 65_535;
      definitions.add(
          new ErrorDefinition(
              code.stringValue(),
              description.isString() ? description.stringValue() : "",
              schema(entry, "schema"),
              usable ? OptionalInt.of(status.intValue()) : OptionalInt.empty()));
    }
    return definitions;
  }

  private static AccessControl parseAccessControl(JsonNode json) {
    JsonNode any = json.path("required_scopes_any");
    return new AccessControl(
        texts(json.path("required_scopes")),
        any.isMissingNode() || any.isNull() ? Optional.empty() : Optional.of(texts(any)),
        text(json.path("resource_type")),
        text(json.path("resource_action")));
  }

  private static List<String> texts(JsonNode json) {
    List<String> values = new ArrayList<>();
    if (!json.isArray() && !json.isMissingNode() && !json.isNull()) {
      // Taking it for no demand at all would open what was meant to be closed.
      throw new IllegalArgumentException("scopes are an array");
    }
    for (JsonNode entry : json) {
      if (!entry.isString()) {
        throw new IllegalArgumentException("a scope is a string");
      }
      values.add(entry.stringValue());
    }
    return values;
  }

  private static Optional<String> text(JsonNode json) {
    if (!json.isString() && !json.isMissingNode() && !json.isNull()) {
      throw new IllegalArgumentException("a resource is a string");
    }
    return json.isString() ? Optional.of(json.stringValue()) : Optional.empty();
  }

  private static String requiredText(JsonNode json, String key) {
    JsonNode value = json.path(key);
    if (!value.isString()) {
      throw new IllegalArgumentException("an operation has a string \"" + key + "\"");
    }
    return value.stringValue();
  }
}
