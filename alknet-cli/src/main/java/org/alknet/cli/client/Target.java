package org.alknet.cli.client;

import java.util.Objects;
import java.util.Optional;
import org.alknet.cli.assembly.SavedRemote;

/**
 * Whom a command talks to, and what is remembered about it.
 *
 * <p>Immutable.
 *
 * @param spec where to dial, and whom to expect
 * @param saved what its name stands for, if it was named
 */
public record Target(RemoteSpec spec, Optional<SavedRemote> saved) {
  /** Refuses null components. */
  public Target {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(saved, "saved");
  }
}
