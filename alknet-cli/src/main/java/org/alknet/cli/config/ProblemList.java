package org.alknet.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigProblem.Position;

/**
 * Collects what is wrong with a configuration.
 *
 * <p>Not thread-safe.
 */
public final class ProblemList {
  private final List<ConfigProblem> problems = new ArrayList<>();

  /** Creates an empty list. */
  public ProblemList() {}

  /** Adds a problem, once. */
  public void add(Position position, String key, String message) {
    ConfigProblem problem = new ConfigProblem(Optional.of(position), key, message);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /** Adds what core found; its exceptions for single problems know no place. */
  public void add(ConfigException failure, String file) {
    if (failure instanceof ConfigException.Invalid invalid) {
      problems.addAll(invalid.problems());
    } else {
      add(new Position(file, 0, 0), "", String.valueOf(failure.getMessage()));
    }
  }

  /** Whether nothing is wrong. */
  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /** Returns the problems in the order of the file. */
  public List<ConfigProblem> inOrder() {
    return problems.stream()
        .sorted(
            Comparator.comparingInt(problem -> problem.position().map(Position::line).orElse(0)))
        .toList();
  }
}
