package org.alknet.call.connection;

import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What a dialled connection brings along: a TLS identity, a token that is added to outgoing
 * requests, and whom it expects. Each is optional and absent by default; an absent remote identity
 * means certificate-authority verification, never "skip" (spec/call.md section 18).
 *
 * <p>Immutable. The token belongs to whoever created it and must outlive the connection.
 */
public final class CallCredentials {
  private static final CallCredentials NONE =
      new CallCredentials(ConnectionCredentials.none(), null);

  private final ConnectionCredentials connection;
  private final @Nullable AuthToken authToken;

  private CallCredentials(ConnectionCredentials connection, @Nullable AuthToken authToken) {
    this.connection = connection;
    this.authToken = authToken;
  }

  /** Brings nothing. */
  public static CallCredentials none() {
    return NONE;
  }

  /** Returns these credentials with a TLS identity to present. */
  public CallCredentials withTlsIdentity(TlsIdentity identity) {
    return new CallCredentials(connection.withLocalIdentity(identity), authToken);
  }

  /** Returns these credentials with an expectation of the remote. */
  public CallCredentials withRemoteIdentity(RemoteIdentity identity) {
    return new CallCredentials(connection.withRemoteIdentity(identity), authToken);
  }

  /** Returns these credentials with a token for every request that brings none of its own. */
  public CallCredentials withAuthToken(AuthToken token) {
    return new CallCredentials(connection, Objects.requireNonNull(token, "token"));
  }

  /** Returns the part that core needs for dialling. */
  public ConnectionCredentials connection() {
    return connection;
  }

  /** Returns the TLS identity to present. */
  public Optional<TlsIdentity> tlsIdentity() {
    return connection.localIdentity();
  }

  /** Returns whom to expect. */
  public Optional<RemoteIdentity> remoteIdentity() {
    return connection.remoteIdentity();
  }

  /** Returns the token for outgoing requests. */
  public Optional<AuthToken> authToken() {
    return Optional.ofNullable(authToken);
  }

  @Override
  public String toString() {
    return "CallCredentials[connection="
        + connection
        + ", authToken="
        + (authToken == null ? "none" : "[REDACTED]")
        + "]";
  }
}
