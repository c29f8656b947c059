package org.alknet.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.alknet.core.config.ConfigProblem.Position;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong with a tree while it is read, and remembers where each setting stands.
 *
 * <p>Not thread-safe; used for one load.
 */
final class Problems {
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<ConfigProblem> warnings = new ArrayList<>();
  private final Set<String> reportedPaths = new HashSet<>();
  private final Map<String, Position> positions = new HashMap<>();
  private @Nullable ConfigException special;

  void locate(String path, Position position) {
    positions.put(path, position);
  }

  void report(Position position, String path, String message) {
    reportedPaths.add(path);
    ConfigProblem problem = new ConfigProblem(Optional.of(position), path, message);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /** Reports a problem that has an exception of its own, thrown if nothing else is wrong. */
  void report(Position position, String path, ConfigException exception) {
    report(position, path, String.valueOf(exception.getMessage()));
    special = exception;
  }

  /** Adds what a later check found, unless reading reported that setting already. */
  void addIfNew(String path, String message) {
    if (!reportedPaths.contains(path)) {
      problems.add(new ConfigProblem(Optional.ofNullable(positions.get(path)), path, message));
    }
  }

  /** Keeps a later check from reporting this setting, because reading reported its parent. */
  void suppress(String path) {
    reportedPaths.add(path);
  }

  void warn(String path, String message) {
    warnings.add(new ConfigProblem(Optional.ofNullable(positions.get(path)), path, message));
  }

  List<ConfigProblem> warnings() {
    return List.copyOf(warnings);
  }

  void throwIfAny() throws ConfigException {
    if (problems.size() == 1 && special != null) {
      throw special;
    }
    if (!problems.isEmpty()) {
      throw new ConfigException.Invalid(problems);
    }
  }
}
