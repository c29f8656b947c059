package org.alknet.core.handler;

import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;

/**
 * A service: everything spoken on connections with one ALPN. The same instance serves all its
 * connections at the same time, so implementations are thread-safe.
 *
 * <p>A failing handler costs its own connection only. Credentials a handler needs beyond the TLS
 * key come from its own protocol, resolved by a provider it was constructed with.
 */
public interface ProtocolHandler {
  /** Returns the one protocol this instance claims; constant for its lifetime. */
  Alpn alpn();

  /**
   * Serves one connection, which it owns until the returned stage completes; the endpoint then
   * closes it.
   *
   * <p>Called on the endpoint's handler executor, never on a transport thread.
   *
   * @return completes when the handler is done with the connection; exceptionally with a {@link
   *     HandlerException} if it failed
   * @throws HandlerException as a shorter way to fail
   */
  CompletionStage<Void> handle(Connection connection, AuthContext auth) throws HandlerException;
}
