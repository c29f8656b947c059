package org.alknet.core.tls;

import java.util.Objects;
import java.util.Optional;

/**
 * What a dial brings along and what it expects. Both parts are absent by default, and both absences
 * mean something: without a local identity the server sees an anonymous client; without a remote
 * identity the server must pass certificate-authority and host-name verification.
 *
 * <p>Immutable.
 *
 * @param localIdentity how this side presents itself
 * @param remoteIdentity whom it expects to reach
 */
public record ConnectionCredentials(
    Optional<TlsIdentity> localIdentity, Optional<RemoteIdentity> remoteIdentity) {
  private static final ConnectionCredentials NONE =
      new ConnectionCredentials(Optional.empty(), Optional.empty());

  /** Refuses null components. */
  public ConnectionCredentials {
    Objects.requireNonNull(localIdentity, "localIdentity");
    Objects.requireNonNull(remoteIdentity, "remoteIdentity");
  }

  /** Brings nothing and expects a certificate that an authority vouches for. */
  public static ConnectionCredentials none() {
    return NONE;
  }

  /** Returns these credentials with a local identity. */
  public ConnectionCredentials withLocalIdentity(TlsIdentity identity) {
    return new ConnectionCredentials(Optional.of(identity), remoteIdentity);
  }

  /** Returns these credentials with an expectation of the remote. */
  public ConnectionCredentials withRemoteIdentity(RemoteIdentity identity) {
    return new ConnectionCredentials(localIdentity, Optional.of(identity));
  }
}
