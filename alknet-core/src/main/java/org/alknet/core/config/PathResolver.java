package org.alknet.core.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads paths; relative ones start at the directory of the configuration file. */
final class PathResolver {
  private final Path directory;

  PathResolver(Path configFile) {
    Path parent = configFile.toAbsolutePath().getParent();
    this.directory = parent == null ? configFile.toAbsolutePath() : parent;
  }

  Optional<Path> read(TableReader table, String key) {
    Optional<String> text = table.text(key);
    if (text.isPresent() && text.get().isBlank()) {
      table.report(key, "is a path, not blank");
      return Optional.empty();
    }
    try {
      return text.map(name -> directory.resolve(name).normalize());
    } catch (InvalidPathException notAPath) {
      table.report(key, "is not a path on this system");
      return Optional.empty();
    }
  }

  Optional<Path> readRequired(TableReader table, String key) {
    if (!table.has(key)) {
      table.report(key, "is required");
    }
    return read(table, key);
  }
}
