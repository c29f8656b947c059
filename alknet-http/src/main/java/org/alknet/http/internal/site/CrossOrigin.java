package org.alknet.http.internal.site;

import java.util.Optional;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.Origins;

/** What browsers want to know before a page of another origin sees a reply (the Fetch standard). */
final class CrossOrigin {
  private static final String METHODS = "GET, POST, OPTIONS";
  private static final String REQUEST_FIELDS =
      "authorization, content-type, accept, mcp-protocol-version, mcp-method, mcp-name";
  private static final String EXPOSED = "x-request-id, retry-after, www-authenticate";
  private static final String MAX_AGE_SECONDS = "600";

  private CrossOrigin() {}

  /** Marks a reply as one that the page may see, if it may. */
  static HttpReply mark(Origins origins, RequestHead head, HttpReply reply) {
    if (!origins.isOpen()) {
      return reply;
    }
    HttpReply marked = reply.with("Vary", "Origin");
    Optional<String> origin = head.fields().first("Origin").filter(origins::contains);
    return origin.isEmpty()
        ? marked
        : marked
            .with("Access-Control-Allow-Origin", origin.get())
            .with("Access-Control-Expose-Headers", EXPOSED);
  }

  /** Answers the question whether a page may make a request, if that is what is asked. */
  static Optional<HttpReply> preflight(Origins origins, RequestHead head) {
    Optional<String> origin = head.fields().first("Origin").filter(origins::contains);
    if (!head.method().equals("OPTIONS")
        || origin.isEmpty()
        || !head.fields().contains("Access-Control-Request-Method")) {
      return Optional.empty();
    }
    return Optional.of(
        HttpReply.empty(204)
            .with("Access-Control-Allow-Origin", origin.get())
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Allow-Headers", REQUEST_FIELDS)
            .with("Access-Control-Max-Age", MAX_AGE_SECONDS)
            .with("Vary", "Origin"));
  }
}
