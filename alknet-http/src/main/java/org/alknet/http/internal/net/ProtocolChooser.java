package org.alknet.http.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import javax.net.ssl.SSLEngine;
import org.alknet.core.handler.Admission;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.site.Peer;

/**
 * Waits for the TLS handshake and sets up the protocol it negotiated; a client that offered none
 * gets HTTP/1.1. Confined to its event loop.
 */
final class ProtocolChooser extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(ProtocolChooser.class.getName());

  private final Face face;
  private final Peer peer;
  private final Admission.Place place;
  private boolean chosen;

  ProtocolChooser(Face face, Peer peer, Admission.Place place) {
    this.face = face;
    this.peer = peer;
    this.place = place;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    ctx.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && !chosen) {
      chosen = true;
      place.established();
      if (handshake.isSuccess()) {
        ctx.pipeline().get(HandshakeGuard.class).handshakeIsOver();
        SSLEngine engine = ctx.pipeline().get(SslHandler.class).engine();
        if (TlsSettings.H2.equals(engine.getApplicationProtocol())) {
          Pipelines.http2(ctx.pipeline(), face, peer);
        } else {
          Pipelines.http1(ctx.pipeline(), face, peer);
        }
      } else {
        LOG.log(Level.DEBUG, "event=http_handshake_failed", handshake.cause());
        ctx.close().addListener(Closing.LOGGED);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.DEBUG, "event=http_connection_failed", cause);
    ctx.close().addListener(Closing.LOGGED);
  }
}
