package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A remote somebody gave a name. Holds no secret, only where one is.
 *
 * <p>Immutable.
 *
 * @param target where it is, and its keys
 * @param tokenFile file with the token for its requests
 * @param tokenCredential name of the stored credential that is the token
 */
public record SavedRemote(
    RemoteTarget target, Optional<Path> tokenFile, Optional<String> tokenCredential) {
  /** Refuses null. */
  public SavedRemote {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(tokenFile, "tokenFile");
    Objects.requireNonNull(tokenCredential, "tokenCredential");
  }
}
