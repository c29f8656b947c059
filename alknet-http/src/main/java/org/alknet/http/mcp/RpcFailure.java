package org.alknet.http.mcp;

import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A request that breaks the protocol; an operation that fails is a result instead. */
final class RpcFailure extends Exception {
  private static final long serialVersionUID = 1L;

  static final int PARSE = -32_700;
  static final int INVALID_REQUEST = -32_600;
  static final int UNKNOWN_METHOD = -32_601;
  static final int INVALID_PARAMS = -32_602;
  static final int HEADER_MISMATCH = -32_020;
  static final int MISSING_CAPABILITY = -32_021;
  static final int UNSUPPORTED_VERSION = -32_022;

  private final int status;
  private final int code;
  private final transient @Nullable ObjectNode data;

  RpcFailure(int status, int code, String message) {
    this(status, code, message, null);
  }

  RpcFailure(int status, int code, String message, @Nullable ObjectNode data) {
    super(message);
    this.status = status;
    this.code = code;
    this.data = data;
  }

  /** Parameters of a method that make no sense; the request itself was understood. */
  static RpcFailure params(String message) {
    return new RpcFailure(200, INVALID_PARAMS, message);
  }

  /**
   * Returns the reply.
   *
   * @param id the id of the request; JSON null if none could be read
   */
  HttpReply reply(JsonNode id) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("code", code).put("message", getMessage());
    if (data != null) {
      error.set("data", data);
    }
    return Rpc.reply(status, id, "error", error);
  }
}
