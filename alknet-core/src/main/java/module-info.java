import org.jspecify.annotations.NullMarked;

/** Endpoint, connection, identity, configuration and storage interfaces of alknet. */
@NullMarked
module org.alknet.core {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires io.netty.buffer;
  requires io.netty.codec.classes.quic;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
}
