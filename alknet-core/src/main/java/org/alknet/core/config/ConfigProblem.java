package org.alknet.core.config;

import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.PolicyProblem;

/**
 * One thing that is wrong with a configuration.
 *
 * <p>Immutable.
 *
 * @param position where the value stands, if it came from a file
 * @param keyPath the setting, for example {@code auth.peers[2].fingerprints[0]}
 * @param message what was expected and what came; holds no secret and no hash
 */
public record ConfigProblem(Optional<Position> position, String keyPath, String message) {
  /** Refuses null. */
  public ConfigProblem {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(keyPath, "keyPath");
    Objects.requireNonNull(message, "message");
  }

  static ConfigProblem of(PolicyProblem problem) {
    return new ConfigProblem(Optional.empty(), problem.location(), problem.message());
  }

  /** Returns {@code file:line:column: key: message}, without the parts that are unknown. */
  @Override
  public String toString() {
    return position.map(p -> p + ": ").orElse("")
        + (keyPath.isEmpty() ? "" : keyPath + ": ")
        + message;
  }

  /**
   * A place in a file.
   *
   * @param file its name as the user knows it
   * @param line from 1 on; 0 if unknown
   * @param column from 1 on; 0 if unknown
   */
  public record Position(String file, int line, int column) {
    /** Checks the parts. */
    public Position {
      Objects.requireNonNull(file, "file");
      if (line < 0 || column < 0) {
        throw new IllegalArgumentException("lines and columns are counted from 1");
      }
    }

    @Override
    public String toString() {
      return line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
    }
  }
}
