package org.alknet.cli.assembly;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A remote somebody gave a name (spec/cli.md section 8). Holds no secret, only where one is.
 *
 * <p>Immutable.
 *
 * @param address {@code HOST:PORT}
 * @param fingerprints the only keys that will do there; none if a certificate authority vouches
 * @param serverName the name its certificate is for, if that is not the host
 * @param identity key file to present; relative to the data directory
 * @param token where the bearer token for it is
 */
public record SavedRemote(
    String address,
    List<String> fingerprints,
    Optional<String> serverName,
    Optional<String> identity,
    Optional<Token> token) {
  /** Copies. */
  public SavedRemote {
    Objects.requireNonNull(address, "address");
    fingerprints = List.copyOf(fingerprints);
    Objects.requireNonNull(serverName, "serverName");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(token, "token");
  }

  /** Where a bearer token is. */
  public sealed interface Token {
    /**
     * Encrypted in the store.
     *
     * @param provider name of the credential
     */
    record Credential(String provider) implements Token {}

    /**
     * In a file of mode 0600.
     *
     * @param path of the file; relative to the data directory
     */
    record File(String path) implements Token {}
  }
}
