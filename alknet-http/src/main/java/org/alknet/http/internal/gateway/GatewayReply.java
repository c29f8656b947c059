package org.alknet.http.internal.gateway;

import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The frame that all unary replies of the gateway have in common. */
public final class GatewayReply {
  private static final HttpFields COMMON =
      HttpFields.of("Content-Type", "application/json")
          .with("Cache-Control", "no-store")
          .with("X-Content-Type-Options", "nosniff");

  private GatewayReply() {}

  /**
   * Returns a reply with a body of JSON.
   *
   * @param requestId what the client may name when it asks about this request
   */
  public static HttpReply json(int status, String requestId, JsonNode body) {
    return HttpReply.bytes(status, COMMON.with("X-Request-Id", requestId), Json.write(body));
  }

  /** Returns the wrapper of a success. */
  public static ObjectNode ok(String requestId, JsonNode output) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", requestId).put("result", "ok").set("output", output);
    return json;
  }
}
