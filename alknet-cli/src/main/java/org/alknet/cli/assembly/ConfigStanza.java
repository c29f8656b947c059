package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.config.ConfigText;

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
    if (ConfigText.isJson(file.toString())) {
      List<String> advice = new ArrayList<>(List.of("Write this into it, as JSON:"));
      advice.addAll(lines);
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          file + " is JSON, and a table is added to a configuration in TOML only",
          null,
          advice);
    }
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
      try {
        // As the old one, for those who may read that.
        Files.copy(file, trial, StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(trial, text, StandardCharsets.UTF_8);
        NodeConfig.load(trial, directory);
        Files.move(
            trial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(trial);
      }
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
