package org.alknet.http.internal.site;

import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.alknet.core.identity.AuthToken;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;

/** What becomes of a request, decided from its header alone. */
public sealed interface Verdict {
  /** Returns who asks. */
  Caller caller();

  /**
   * The reply is known; the body of the request does not matter.
   *
   * @param reply the reply
   * @param caller who asks, for the log
   */
  record Answer(HttpReply reply, Caller caller) implements Verdict {}

  /**
   * Somebody answers when the body is there.
   *
   * @param handler answers
   * @param caller who asks
   * @param quick whether the handler never blocks, so that a small request needs no worker
   * @param wantsBody whether the body is kept for the handler
   * @param finish adds what every reply of the route has
   * @param refusal the reply for a request whose body cannot be taken, by status
   */
  record Serve(
      HttpRouteHandler handler,
      Caller caller,
      boolean quick,
      boolean wantsBody,
      UnaryOperator<HttpReply> finish,
      IntFunction<HttpReply> refusal)
      implements Verdict {}

  /**
   * The connection or the stream becomes a WebSocket.
   *
   * @param caller who asks; known
   * @param token by which the caller is known; belongs to whoever gets the verdict
   * @param protocol the subprotocol to be named in the answer
   */
  record Upgrade(Caller caller, AuthToken token, Optional<String> protocol) implements Verdict {}
}
