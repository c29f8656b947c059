import org.jspecify.annotations.NullMarked;

/** Symmetric RPC over ALPN {@code alknet/call}. */
@SuppressWarnings("module") // exports to org.alknet.http, which is built later
@NullMarked
module org.alknet.call {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive org.alknet.core;
  requires transitive tools.jackson.databind;
  requires com.networknt.schema;

  exports org.alknet.call;
  exports org.alknet.call.adapter;
  exports org.alknet.call.compose;
  exports org.alknet.call.connection;
  exports org.alknet.call.operation;
  exports org.alknet.call.registry;
  exports org.alknet.call.wire to
      org.alknet.http;
}
