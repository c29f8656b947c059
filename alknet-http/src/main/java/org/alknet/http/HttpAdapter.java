package org.alknet.http;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.http.internal.net.ServerRuntime;

/**
 * Serves HTTP on connections of an endpoint: the first stream a client opens is one whole HTTP
 * connection (spec/http.md section 2). Stock clients never come this way; nodes may.
 *
 * <p>Thread-safe. Lives as long as its server.
 */
public final class HttpAdapter implements ProtocolHandler {
  private final ServerRuntime runtime;
  private final Alpn alpn;

  HttpAdapter(ServerRuntime runtime, Alpn alpn) {
    this.runtime = runtime;
    this.alpn = alpn;
  }

  @Override
  public Alpn alpn() {
    return alpn;
  }

  /** Serves one connection. Its TLS identity is for logs; a bearer token says who calls. */
  @Override
  public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
    Objects.requireNonNull(auth, "auth");
    return runtime.serve(connection, alpn.equals(Alpns.H2));
  }

  @Override
  public String toString() {
    return "HttpAdapter[" + alpn + "]";
  }
}
