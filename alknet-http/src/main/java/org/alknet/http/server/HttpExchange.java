package org.alknet.http.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.core.identity.Identity;

/**
 * One request that waits for its reply, whatever it came over: HTTP/1.1 or HTTP/2, TCP or QUIC.
 *
 * <p>Thread-safe. Made by the server only.
 */
public interface HttpExchange {
  /** Returns the method; for a HEAD request what the route was registered for, GET. */
  String method();

  /** Returns the path as it was sent, without the query and not decoded. */
  String path();

  /** Returns what follows the question mark, not decoded. */
  Optional<String> query();

  /** Returns the header fields of the request. */
  HttpFields fields();

  /** Returns a copy of the body, which has at most as many bytes as the server's limit. */
  byte[] body();

  /** Returns who sent it, if a bearer token was presented and resolved. */
  Optional<Identity> identity();

  /** Whether a credential was presented that did not resolve. */
  boolean credentialRejected();

  /** Returns where it came from, for logs; a proxy's address if there is one. */
  Optional<InetSocketAddress> remoteAddress();

  /**
   * Returns a stage that completes if nobody waits for the reply any more: the client went away, or
   * took the request back. Whoever works for it should stop. Completes on a transport thread.
   */
  CompletionStage<Void> gone();
}
