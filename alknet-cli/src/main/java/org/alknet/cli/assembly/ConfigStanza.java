package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Adds a table at the end of a configuration file, if the file is right with it. */
public final class ConfigStanza {
  private ConfigStanza() {}

  /**
   * Adds lines.
   *
   * @param configuration the file
   * @return the file
   * @throws NodeException if there is no file, it cannot be written, or something in it would be
   *     wrong; then it stays as it was
   */
  public static Path append(
      DataDirectory directory, Optional<Path> configuration, List<String> lines)
      throws NodeException {
    if (configuration.isEmpty()) {
      throw new NodeException(
          NodeException.Kind.MISSING,
          "there is no configuration to add it to",
          "Make one:  alknet init");
    }
    Path file = configuration.get();
    try {
      String old = Files.readString(file, StandardCharsets.UTF_8);
      String text =
          old
              + (old.isEmpty() || old.endsWith("\n") ? "" : "\n")
              + "\n"
              + String.join("\n", lines)
              + "\n";
      Path trial = file.resolveSibling(file.getFileName() + ".new.toml");
      Files.deleteIfExists(trial);
      PrivateFiles.create(trial, text.getBytes(StandardCharsets.UTF_8));
      try {
        NodeConfig.load(trial, directory);
      } finally {
        Files.deleteIfExists(trial);
      }
      PrivateFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }
}
