package org.alknet.http.internal.ws;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.alknet.call.CallAdapter;
import org.alknet.call.connection.CallConnection;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.http.internal.channel.ByteBudget;
import org.alknet.http.server.HttpLimits;

/**
 * Serves calls over WebSocket.
 *
 * @param calls serves the connections
 * @param resolver looks up again who a token belongs to
 * @param conceal whether what the caller may not use looks like what does not exist
 * @param limits bounds
 * @param budget bounds the messages held
 * @param workers for messages that take long to read, and for listeners
 * @param connected told of every connection
 */
public record WebSocketService(
    CallAdapter calls,
    Function<AuthToken, Optional<Identity>> resolver,
    boolean conceal,
    HttpLimits limits,
    ByteBudget budget,
    Executor workers,
    Consumer<CallConnection> connected) {
  /** Refuses null components. */
  public WebSocketService {
    Objects.requireNonNull(calls, "calls");
    Objects.requireNonNull(resolver, "resolver");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(workers, "workers");
    Objects.requireNonNull(connected, "connected");
  }

  /**
   * Returns the end of a pipeline on which the handshake is over.
   *
   * @param token belongs to the handlers from now on
   */
  public ChannelHandler[] handlers(Identity caller, AuthToken token) {
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(limits.maxMessageFrameBytes())
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(false)
            .closeOnProtocolViolation(false)
            .withUTF8Validator(false)
            .build();
    return new ChannelHandler[] {
      new WebSocket13FrameEncoder(false),
      new WebSocket13FrameDecoder(config),
      new WebSocketHandler(this, new Caller(caller, token, resolver))
    };
  }
}
