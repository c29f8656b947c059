import org.jspecify.annotations.NullMarked;

/** The HTTP face of the operation registry. */
@NullMarked
module org.alknet.http {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.call;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires java.net.http;
  requires org.snakeyaml.engine;

  exports org.alknet.http;
  exports org.alknet.http.client;
  exports org.alknet.http.gateway;
  exports org.alknet.http.mcp;
  exports org.alknet.http.openapi;
  exports org.alknet.http.server;
}
