package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.alknet.http.testing.Client;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Requests to an endpoint, as the two eras make them. */
record McpClient(Client http) {
  /** A request of an era, with its id. */
  static ObjectNode message(String method, JsonNode params) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("jsonrpc", "2.0").put("id", 7).put("method", method).set("params", params);
    return message;
  }

  /** The parameters of a request without a session. */
  static ObjectNode modernParams(String more) {
    ObjectNode params = (ObjectNode) json(more);
    params
        .putObject("_meta")
        .put(Revisions.META_VERSION, Revisions.MODERN)
        .putObject(Revisions.META_CAPABILITIES);
    return params;
  }

  /** The header of a request without a session. */
  HttpRequest.Builder modernHeader(String method) {
    return http.request("/mcp")
        .header("MCP-Protocol-Version", Revisions.MODERN)
        .header("Mcp-Method", method);
  }

  HttpResponse<String> modern(String method, String params) {
    return http.post(modernHeader(method), message(method, modernParams(params)).toString());
  }

  HttpResponse<String> legacy(String method, String params) {
    return http.post(
        http.request("/mcp").header("MCP-Protocol-Version", Revisions.LATEST_LEGACY),
        message(method, json(params)).toString());
  }

  /** Uses a tool in the modern era, as somebody. */
  JsonNode tool(String token, String name, String arguments) {
    HttpRequest.Builder header = modernHeader("tools/call").header("Mcp-Name", name);
    if (!token.isEmpty()) {
      header.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> reply =
        http.post(
            header,
            message(
                    "tools/call",
                    modernParams("{'name':'" + name + "','arguments':" + arguments + "}"))
                .toString());
    return Client.body(reply).path("result");
  }

  /** Uses a tool in the legacy era, as nobody. */
  JsonNode legacyTool(String name, String arguments) {
    return Client.body(
            legacy("tools/call", "{'name':'" + name + "','arguments':" + arguments + "}"))
        .path("result");
  }
}
