package org.alknet.cli.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;

/** The text of a configuration file, TOML or JSON by its extension. */
public final class ConfigText {
  /** Longest file that is read. */
  public static final long MAX_BYTES = 16L << 20;

  private ConfigText() {}

  /**
   * Reads a text into a tree, and refuses secrets in it.
   *
   * @param name of the file, whose end tells the format
   * @param content its bytes
   * @param problems gets everything that is wrong
   * @return empty if the text is so broken that its content says nothing
   */
  public static Optional<ConfigTree.Table> parse(
      String name, byte[] content, ProblemList problems) {
    return parse(name, content, isJson(name), problems);
  }

  /** Reads a text into a tree as {@link #parse(String, byte[], ProblemList)}, whatever its name. */
  public static Optional<ConfigTree.Table> parse(
      String name, byte[] content, boolean json, ProblemList problems) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException notUtf8) {
      problems.add(new Position(name, 0, 0), "", "is not UTF-8");
      return Optional.empty();
    }
    Optional<ConfigTree.Table> tree =
        json ? JsonTree.parse(name, text, problems) : TomlTree.parse(name, text, problems);
    tree.ifPresent(root -> SecretScan.check(root, problems));
    return tree;
  }

  /** Whether a file of this name is JSON; every other one is TOML. */
  public static boolean isJson(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".json");
  }
}
