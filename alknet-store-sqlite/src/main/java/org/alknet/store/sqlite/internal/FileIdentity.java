package org.alknet.store.sqlite.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * Which file a path led to, so that a replaced one is noticed. Costs one {@code stat} and opens
 * nothing.
 *
 * <p>Immutable.
 */
public final class FileIdentity {
  private final Path file;
  private final Object key;

  private FileIdentity(Path file, Object key) {
    this.file = file;
    this.key = key;
  }

  /** Takes note of the file that is there now. */
  public static FileIdentity of(Path file) throws IOException {
    return new FileIdentity(file, key(file));
  }

  /**
   * Whether the path still leads to the same file; false if it leads nowhere.
   *
   * @throws IOException if that cannot be found out
   */
  public boolean isUnchanged() throws IOException {
    try {
      return key(file).equals(key);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private static Object key(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    // File systems without a key, such as Windows', at least know when a file was created.
    return Objects.requireNonNullElse(attributes.fileKey(), attributes.creationTime());
  }
}
