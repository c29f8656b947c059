package org.alknet.http.mcp;

import java.time.Duration;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server is asked.
 *
 * @param name of the tool it is about; empty if it is about none
 * @param more header fields, for servers without an initialize
 * @param credentials looked at when the request is made
 */
record Ask(
    String method,
    String name,
    ObjectNode params,
    HttpFields more,
    Capabilities credentials,
    Limit limit) {
  /** Asks about no tool, without further fields. */
  static Ask plain(String method, ObjectNode params, Capabilities credentials, Limit limit) {
    return new Ask(method, "", params, HttpFields.none(), credentials, limit);
  }

  /** A time by which something has to be over. */
  record Limit(long nanos) {
    static Limit in(Duration time) {
      return new Limit(System.nanoTime() + time.toNanos());
    }

    Duration left() throws McpFailure {
      Duration left = Duration.ofNanos(nanos - System.nanoTime());
      if (left.toMillis() < 1) {
        throw McpFailure.timeout();
      }
      return left;
    }
  }
}
