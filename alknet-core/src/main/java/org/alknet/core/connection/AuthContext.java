package org.alknet.core.connection;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.Identity;

/**
 * What the endpoint knows about a connection's peer when it hands the connection to a handler.
 *
 * <p>A fingerprint without an identity means "proved possession of a key nobody here knows, or one
 * that is disabled": it may be logged and grants nothing.
 *
 * <p>Immutable.
 *
 * @param identity who the peer is, if its key is known
 * @param alpn the negotiated protocol
 * @param remoteAddress where it came from; informational
 * @param tlsClientFingerprint fingerprint of the credential it presented, known or not
 */
public record AuthContext(
    Optional<Identity> identity,
    Alpn alpn,
    Optional<InetSocketAddress> remoteAddress,
    Optional<String> tlsClientFingerprint) {
  /** Refuses null components. */
  public AuthContext {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(alpn, "alpn");
    Objects.requireNonNull(remoteAddress, "remoteAddress");
    Objects.requireNonNull(tlsClientFingerprint, "tlsClientFingerprint");
  }
}
