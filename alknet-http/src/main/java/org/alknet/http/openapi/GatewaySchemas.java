package org.alknet.http.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the gateway takes and answers, as JSON Schema 2020-12: the wrappers as they are sent. */
final class GatewaySchemas {
  private static final String ANY = "{'description':'any JSON value'}";
  private static final String TYPES = "['query','mutation','subscription']";

  private GatewaySchemas() {}

  static Map<String, JsonNode> all() {
    Map<String, JsonNode> schemas = new LinkedHashMap<>();
    put(
        schemas,
        "CallRequest",
        "{'type':'object','required':['operation'],'properties':{"
            + "'operation':{'type':'string','description':'name of the operation'},"
            + "'input':{'description':'any JSON value; {} if it is not there'}}}");
    put(schemas, "CallOk", ok(ANY));
    put(
        schemas,
        "SearchResult",
        ok(
            "{'type':'object','required':['operations'],'properties':{"
                + "'operations':{'type':'array','items':{'type':'object',"
                + "'required':['name','namespace','op_type'],'properties':{"
                + "'name':{'type':'string'},'namespace':{'type':'string'},"
                + "'op_type':{'type':'string','enum':"
                + TYPES
                + "}}}},'next_cursor':{'type':'string'}}}"));
    put(schemas, "SchemaResult", ok("{'$ref':'#/components/schemas/Operation'}"));
    put(
        schemas,
        "Operation",
        "{'type':'object','required':['name','namespace','op_type','visibility','input_schema',"
            + "'output_schema','error_schemas','access_control'],'properties':{"
            + "'name':{'type':'string'},'namespace':{'type':'string'},"
            + "'op_type':{'type':'string','enum':"
            + TYPES
            + "},'visibility':{'type':'string','enum':['external','internal']},"
            + "'input_schema':"
            + ANY
            + ",'output_schema':"
            + ANY
            + ",'error_schemas':{'type':'array','items':{'type':'object',"
            + "'required':['code','description','schema'],'properties':{"
            + "'code':{'type':'string'},'description':{'type':'string'},'schema':"
            + ANY
            + ",'http_status':{'type':['integer','null']}}}},"
            + "'access_control':{'type':'object','required':['required_scopes'],'properties':{"
            + "'required_scopes':{'type':'array','items':{'type':'string'}},"
            + "'required_scopes_any':{'type':['array','null'],'items':{'type':'string'}},"
            + "'resource_type':{'type':['string','null']},"
            + "'resource_action':{'type':['string','null']}}}}}");
    put(
        schemas,
        "BatchResult",
        "{'type':'object','required':['results'],'properties':{'results':{'type':'array','items':"
            + "{'oneOf':[{'$ref':'#/components/schemas/CallOk'},"
            + "{'$ref':'#/components/schemas/BatchError'}]}}}}");
    put(
        schemas,
        "BatchError",
        "{'type':'object','required':['request_id','result','error'],'properties':{"
            + "'request_id':{'type':'string'},'result':{'type':'string','enum':['error']},"
            + "'error':{'$ref':'#/components/schemas/CallError'}}}");
    schemas.put("CallError", error(JsonNodeFactory.instance.objectNode()));
    return schemas;
  }

  private static void put(Map<String, JsonNode> schemas, String name, String schema) {
    schemas.put(name, Json.quoted(schema));
  }

  private static String ok(String output) {
    return "{'type':'object','required':['request_id','result','output'],'properties':{"
        + "'request_id':{'type':'string'},'result':{'type':'string','enum':['ok']},'output':"
        + output
        + "}}";
  }

  /**
   * Returns the schema of an error.
   *
   * @param details what the details are
   * @param codes the codes it may have; any if none is given
   */
  static ObjectNode error(JsonNode details, String... codes) {
    ObjectNode error = JsonNodeFactory.instance.objectNode().put("type", "object");
    error.putArray("required").add("code").add("message").add("retryable");
    ObjectNode properties = error.putObject("properties");
    ObjectNode code = properties.putObject("code").put("type", "string");
    if (codes.length > 0) {
      ArrayNode values = code.putArray("enum");
      for (String value : codes) {
        values.add(value);
      }
    }
    properties.putObject("message").put("type", "string");
    properties.putObject("retryable").put("type", "boolean");
    properties.set("details", details);
    return error;
  }
}
