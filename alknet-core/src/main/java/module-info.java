import org.jspecify.annotations.NullMarked;

/** Endpoint, connection, identity, configuration and storage interfaces of alknet. */
@NullMarked
module org.alknet.core {
  requires transitive static org.jspecify;
  requires static com.google.errorprone.annotations;
  requires io.netty.buffer;
  requires io.netty.codec.classes.quic;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;

  exports org.alknet.core;
  exports org.alknet.core.config;
  exports org.alknet.core.connection;
  exports org.alknet.core.credential;
  exports org.alknet.core.handler;
  exports org.alknet.core.identity;
  exports org.alknet.core.observe;
  exports org.alknet.core.tls;
}
