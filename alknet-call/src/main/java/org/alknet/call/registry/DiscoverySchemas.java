package org.alknet.call.registry;

import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.Visibility;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas of the discovery operations (spec/call.md section 17), fresh on every call. */
final class DiscoverySchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DiscoverySchemas() {}

  static ObjectNode list() {
    ObjectNode schema = type("object");
    schema.putObject("properties").set("operations", arrayOf(entry()));
    return schema;
  }

  static ObjectNode peers() {
    ObjectNode peer = list();
    ((ObjectNode) peer.get("properties")).set("peer_id", type("string"));
    ObjectNode schema = type("object");
    schema.putObject("properties").set("peers", arrayOf(peer));
    return schema;
  }

  static ObjectNode entry() {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("name", type("string"));
    properties.set("namespace", type("string"));
    properties.set("op_type", opType());
    return schema;
  }

  static ObjectNode schemaInput() {
    ObjectNode schema = type("object");
    schema.putObject("properties").set("name", type("string"));
    schema.putArray("required").add("name");
    return schema;
  }

  static ObjectNode schemaOutput() {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("name", type("string"));
    properties.set("namespace", type("string"));
    properties.set("op_type", opType());
    ArrayNode visibility =
        properties.putObject("visibility").put("type", "string").putArray("enum");
    for (Visibility value : Visibility.values()) {
      visibility.add(value.wireName());
    }
    properties.putObject("input_schema");
    properties.putObject("output_schema");
    properties.set("error_schemas", arrayOf(errorDefinition()));
    properties.set("access_control", accessControl());
    schema
        .putArray("required")
        .add("name")
        .add("namespace")
        .add("op_type")
        .add("visibility")
        .add("input_schema")
        .add("output_schema")
        .add("error_schemas")
        .add("access_control");
    return schema;
  }

  private static ObjectNode errorDefinition() {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("code", type("string"));
    properties.set("description", type("string"));
    properties.putObject("schema");
    properties.set("http_status", orNull("integer"));
    return schema;
  }

  private static ObjectNode accessControl() {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    properties.set("required_scopes", arrayOf(type("string")));
    ObjectNode any = orNull("array");
    any.set("items", type("string"));
    properties.set("required_scopes_any", any);
    properties.set("resource_type", orNull("string"));
    properties.set("resource_action", orNull("string"));
    return schema;
  }

  private static ObjectNode opType() {
    ObjectNode schema = type("string");
    ArrayNode values = schema.putArray("enum");
    for (OperationType value : OperationType.values()) {
      values.add(value.wireName());
    }
    return schema;
  }

  private static ObjectNode type(String name) {
    return JSON.objectNode().put("type", name);
  }

  private static ObjectNode orNull(String name) {
    ObjectNode schema = JSON.objectNode();
    schema.putArray("type").add(name).add("null");
    return schema;
  }

  private static ObjectNode arrayOf(ObjectNode items) {
    ObjectNode schema = type("array");
    schema.set("items", items);
    return schema;
  }
}
