package org.alknet.http.internal.gateway;

import org.alknet.call.operation.CallError;
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
   * Returns a reply with a body of JSON, or 500 with {@link #unwritable()} if there is none in it.
   *
   * @param requestId what the client may name when it asks about this request
   */
  public static HttpReply json(int status, String requestId, JsonNode body) {
    HttpFields fields = COMMON.with("X-Request-Id", requestId);
    return Json.tryWrite(body)
        .map(bytes -> HttpReply.bytes(status, fields, bytes))
        .orElseGet(() -> HttpReply.bytes(500, fields, Json.write(error(unwritable()))));
  }

  /** Says that what a handler answered is no JSON: too deep, or a Java object. */
  public static CallError unwritable() {
    return CallError.internal("the answer cannot be written");
  }

  /** Returns an error as JSON, without details if there are none. */
  public static ObjectNode error(CallError error) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", error.code())
            .put("message", error.message())
            .put("retryable", error.retryable());
    error.details().ifPresent(details -> json.set("details", details));
    return json;
  }

  /** Returns the wrapper of a success. */
  public static ObjectNode ok(String requestId, JsonNode output) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", requestId).put("result", "ok").set("output", output);
    return json;
  }
}
