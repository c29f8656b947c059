package org.alknet.cli.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class Version {
  private Version() {}

  /** Returns for example {@code 0.1.0}. */
  public static String current() {
    return of("version");
  }

  /** Returns the version of a library this build was made with; {@code unknown} for others. */
  public static String of(String name) {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty(name, "unknown");
    } catch (IOException broken) {
      throw new UncheckedIOException("the archive of this program is damaged", broken);
    }
  }
}
