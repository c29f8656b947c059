package org.alknet.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The published shapes of the documents that {@code --json} prints: JSON Schemas, one for each kind
 * (spec/cli.md section 11). Members may be added within a version and are never taken away.
 */
public final class JsonSchemas {
  private JsonSchemas() {}

  /**
   * Returns every kind there is, in the order of the alphabet.
   *
   * @throws IOException if the archive of this program is damaged
   */
  public static List<String> kinds() throws IOException {
    return read("index").lines().toList();
  }

  /**
   * Returns the schema of a kind as JSON text; empty if there is no such kind.
   *
   * @throws IOException if the archive of this program is damaged
   */
  public static Optional<String> of(String kind) throws IOException {
    return kinds().contains(kind) ? Optional.of(read(kind + ".json")) : Optional.empty();
  }

  private static String read(String name) throws IOException {
    try (InputStream in = JsonSchemas.class.getResourceAsStream("schema/" + name)) {
      if (in == null) {
        throw new IOException("the archive of this program is damaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
