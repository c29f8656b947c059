package org.alknet.http.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The version of this module, which both directions tell the other side. */
final class ModuleVersion {
  static final String VALUE = read();

  private ModuleVersion() {}

  private static String read() {
    try (InputStream in = ModuleVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in, "version.properties"));
      return Objects.requireNonNull(properties.getProperty("version"), "version");
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
