package org.alknet.http.internal.site;

import java.util.Objects;
import java.util.Optional;
import org.alknet.http.server.HttpFields;

/**
 * Everything about a request but its body.
 *
 * @param method as it was sent
 * @param path as it was sent, without the query; starts with a slash, or is {@code *}
 * @param query what follows the question mark
 * @param host value of the Host field or the authority, in lower case; empty if there is none
 * @param fields the header fields
 * @param webSocket whether it asks for a WebSocket
 * @param peer who sent it
 */
public record RequestHead(
    String method,
    String path,
    Optional<String> query,
    String host,
    HttpFields fields,
    boolean webSocket,
    Peer peer) {
  /** Refuses null components. */
  public RequestHead {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(query, "query");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(fields, "fields");
    Objects.requireNonNull(peer, "peer");
  }

  /** Returns what stands for a request that could not be read. */
  public static RequestHead none(Peer peer) {
    return new RequestHead("GET", "*", Optional.empty(), "", HttpFields.none(), false, peer);
  }

  /** Returns the method by which routes are found: HEAD is a GET whose body is not sent. */
  public String routedMethod() {
    return isHead() ? "GET" : method;
  }

  /** Whether only the header of the reply is wanted. */
  public boolean isHead() {
    return method.equals("HEAD");
  }
}
