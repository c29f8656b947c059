package org.alknet.core.identity;

import java.util.Objects;

/**
 * One thing that is wrong with a policy.
 *
 * <p>Immutable.
 *
 * @param location where, for example {@code auth.peers[2].fingerprints[0]}
 * @param message what was expected and what came; holds no secret and no hash
 */
public record PolicyProblem(String location, String message) {
  /** Refuses null. */
  public PolicyProblem {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(message, "message");
  }

  @Override
  public String toString() {
    return location + ": " + message;
  }
}
