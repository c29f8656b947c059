package org.alknet.http.mcp;

import tools.jackson.databind.JsonNode;

/** What a server sends on a stream, as far as it matters here. */
sealed interface ServerMessage {
  /** Longest id of a question that is repeated. */
  int MAX_ID = 1024;

  /** A result or an error. */
  record Answer() implements ServerMessage {}

  /**
   * A request of the server.
   *
   * @param id a string or an integer
   */
  record Question(JsonNode id, String method) implements ServerMessage {}

  /**
   * Something it tells.
   *
   * @param params missing if there are none
   */
  record News(String method, JsonNode params) implements ServerMessage {}

  /**
   * Says what a message is.
   *
   * @throws McpFailure if it is none
   */
  static ServerMessage of(JsonNode message) throws McpFailure {
    if (!message.isObject() || !message.path("jsonrpc").asString("").equals("2.0")) {
      throw McpFailure.broken("the server answered with something else than one message");
    }
    if (message.has("result") || message.has("error")) {
      return new Answer();
    }
    String method = message.path("method").asString("");
    JsonNode id = message.path("id");
    if (method.isEmpty()) {
      throw McpFailure.broken("the server sent a message that says nothing");
    }
    boolean named = id.isIntegralNumber() || (id.isString() && id.stringValue().length() <= MAX_ID);
    return named ? new Question(id, method) : new News(method, message.path("params"));
  }

  /** Whether an answer is for a request; a server that could not read it cannot name it. */
  static boolean isFor(JsonNode answer, long id) {
    JsonNode answered = answer.path("id");
    boolean ours =
        answered.isIntegralNumber() && answered.canConvertToLong() && answered.longValue() == id;
    return ours || (answer.has("error") && (answered.isMissingNode() || answered.isNull()));
  }
}
