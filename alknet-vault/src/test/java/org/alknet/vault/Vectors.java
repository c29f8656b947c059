package org.alknet.vault;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published and computed test data in {@code vault.json}. */
@SuppressWarnings("exports") // only tests see this class
public final class Vectors {
  /** Twelve words whose keys are widely published. */
  public static final String ABANDON =
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
          + " about";

  /** Another well-known phrase. */
  public static final String LEGAL =
      "legal winner thank year wave sausage worth useful legal winner thank yellow";

  private static final JsonNode ROOT = load();

  private Vectors() {}

  /** A section by its path, such as {@code bip39/vectors}. */
  public static JsonNode section(String path) {
    JsonNode node = ROOT.at("/" + path);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("no such section: " + path);
    }
    return node;
  }

  /** The elements of a section. */
  public static List<JsonNode> list(String path) {
    return section(path).valueStream().toList();
  }

  /** The elements of a section as named test arguments. */
  public static Stream<Named<JsonNode>> named(String path, String nameField) {
    return list(path).stream().map(node -> Named.of(node.path(nameField).asString(), node));
  }

  /** A text field. */
  public static String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new IllegalArgumentException("no field " + field);
    }
    return value.asString();
  }

  /** A text field as characters. */
  public static char[] chars(JsonNode node, String field) {
    return text(node, field).toCharArray();
  }

  /** A field of hexadecimal digits. */
  public static byte[] bytes(JsonNode node, String field) {
    return HexFormat.of().parseHex(text(node, field));
  }

  /** Lower-case hexadecimal digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static JsonNode load() {
    try (InputStream in = Vectors.class.getResourceAsStream("vault.json")) {
      if (in == null) {
        throw new IllegalStateException("vault.json is missing");
      }
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
