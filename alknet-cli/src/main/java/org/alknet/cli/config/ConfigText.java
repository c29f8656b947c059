package org.alknet.cli.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;

/** The text of a configuration file, TOML or JSON by its extension. */
public final class ConfigText {
  private static final long MAX_BYTES = 16L << 20;

  private ConfigText() {}

  /**
   * Reads a file into a tree, and refuses secrets in it.
   *
   * @param problems gets everything that is wrong
   * @return empty if the text is so broken that its content says nothing
   * @throws IOException if it cannot be read, or is longer than 16 MiB
   */
  public static Optional<ConfigTree.Table> read(Path file, ProblemList problems)
      throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("longer than " + MAX_BYTES + " bytes");
    }
    String name = file.toString();
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
    } catch (CharacterCodingException notUtf8) {
      problems.add(new Position(name, 0, 0), "", "is not UTF-8");
      return Optional.empty();
    }
    Optional<ConfigTree.Table> tree =
        name.toLowerCase(Locale.ROOT).endsWith(".json")
            ? JsonTree.parse(name, text, problems)
            : TomlTree.parse(name, text, problems);
    tree.ifPresent(root -> SecretScan.check(root, problems));
    return tree;
  }
}
