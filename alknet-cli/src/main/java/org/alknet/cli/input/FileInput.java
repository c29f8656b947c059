package org.alknet.cli.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;

/** Reads a file that is named on the command line, or standard input. */
public final class FileInput {
  private FileInput() {}

  /**
   * Returns the content.
   *
   * @param name of the file; {@code -} for standard input
   * @param maxBytes most that is read
   * @throws CliException if it is missing, longer, or cannot be read
   */
  public static byte[] read(CliContext context, String name, int maxBytes) throws CliException {
    try (InputStream in = open(context, name)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw CliException.of(ExitCodes.USAGE, name + " is longer than " + maxBytes + " bytes");
      }
      return content;
    } catch (IOException failed) {
      throw unreadable(name, failed);
    }
  }

  /**
   * Opens a file that is named on the command line, or standard input.
   *
   * @param name of the file; {@code -} for standard input
   * @throws CliException if it is missing or cannot be read
   */
  public static InputStream open(CliContext context, String name) throws CliException {
    try {
      return name.equals("-") ? context.in() : Files.newInputStream(context.resolve(name));
    } catch (NoSuchFileException missing) {
      throw CliException.of(ExitCodes.MISSING, "no such file: " + name).withCause(missing);
    } catch (IOException failed) {
      throw unreadable(name, failed);
    }
  }

  private static CliException unreadable(String name, IOException failed) {
    return CliException.of(ExitCodes.USAGE, "cannot read " + name + ": " + failed.getMessage())
        .withCause(failed);
  }
}
