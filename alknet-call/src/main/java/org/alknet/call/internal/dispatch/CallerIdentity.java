package org.alknet.call.internal.dispatch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.jspecify.annotations.Nullable;

/**
 * Who the requests of one connection are from, decided for every request anew (spec/call.md section
 * 12): the token's identity, if there is a token and it resolves, else the connection's.
 *
 * <p>The connection's identity is looked up again by its proven key each time, so that a scope that
 * was withdrawn is gone at once and a revoked key has no identity (spec/call.md G-27).
 *
 * <p>Thread-safe.
 */
final class CallerIdentity {
  /** Distinct refused tokens remembered; the connection is usually closed long before. */
  private static final int MAX_REFUSED = 256;

  private final @Nullable Connection connection;
  private final Optional<Identity> established;
  private final IdentityProvider identities;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  private CallerIdentity(
      @Nullable Connection connection,
      Optional<Identity> established,
      IdentityProvider identities) {
    this.connection = connection;
    this.established = established;
    this.identities = identities;
  }

  static CallerIdentity of(
      Connection connection, Optional<Identity> established, IdentityProvider identities) {
    return new CallerIdentity(connection, established, identities);
  }

  /** The identity somebody else established, for as long as the connection lasts. */
  static CallerIdentity fixed(Optional<Identity> established, IdentityProvider identities) {
    return new CallerIdentity(null, established, identities);
  }

  /** Returns the identity established with the connection: for logs and routing. */
  Optional<Identity> ofConnection() {
    return established;
  }

  /** Returns the identity a request has: for access control. */
  Optional<Identity> resolve(Optional<String> token) {
    if (token.isPresent()) {
      AuthToken presented = AuthToken.ofUtf8(token.get());
      try {
        Optional<Identity> identity = identities.resolveFromToken(presented);
        if (identity.isPresent()) {
          return identity;
        }
      } finally {
        presented.destroy();
      }
      reportRefused(token.get());
    }
    return current();
  }

  private Optional<Identity> current() {
    if (established.isEmpty() || connection == null || connection.remoteFingerprint().isEmpty()) {
      return established;
    }
    return identities
        .resolveFromFingerprint(connection.remoteFingerprint().get())
        .filter(identity -> identity.id().equals(established.get().id()));
  }

  /** Whether the key of the connection still is the one of the peer it was established with. */
  boolean isStillEstablished() {
    return established.isEmpty() || current().isPresent();
  }

  /** Counts a token as one failed attempt of the connection, however often it comes. */
  private void reportRefused(String token) {
    if (connection == null) {
      return;
    }
    boolean remembered = refused.size() < MAX_REFUSED;
    if (!remembered || refused.add(hash(token))) {
      connection.credentialRejected();
    }
  }

  private static String hash(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JVM has SHA-256", impossible);
    }
  }
}
