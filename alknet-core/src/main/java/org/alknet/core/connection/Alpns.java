package org.alknet.core.connection;

/** The protocol names this project knows (spec/core.md section 2). */
public final class Alpns {
  /** Structured remote calls. */
  public static final Alpn CALL = Alpn.of("alknet/call");

  /** HTTP/3. */
  public static final Alpn H3 = Alpn.of("h3");

  /** HTTP/2 over TLS. */
  public static final Alpn H2 = Alpn.of("h2");

  /** HTTP/1.1 over TLS. */
  public static final Alpn HTTP_1_1 = Alpn.of("http/1.1");

  /** The TLS-ALPN-01 challenge of RFC 8737; answered by the endpoint, never by a handler. */
  public static final Alpn ACME_TLS = Alpn.of("acme-tls/1");

  private Alpns() {}
}
