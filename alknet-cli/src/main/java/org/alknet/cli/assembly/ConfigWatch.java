package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a configuration file has changed, and that whoever changed it has finished: it looks
 * the same at two looks in a row, and not as it did when it was read last. Looks are cheap and
 * follow a file that is replaced by another one of its name.
 *
 * <p>Not thread-safe.
 */
final class ConfigWatch {
  private final Path file;
  private final Runnable reload;
  private Optional<Looks> taken;
  private Optional<Looks> before;

  /**
   * Starts from how the file looks now.
   *
   * @param reload called when it has changed
   */
  ConfigWatch(Path file, Runnable reload) {
    this.file = file;
    this.reload = reload;
    this.taken = look();
    this.before = taken;
  }

  /** Looks at the file once; called now and then. */
  void check() {
    Optional<Looks> now = look();
    // A file that is missing for a moment is being replaced; a reload could only fail.
    if (now.isPresent() && now.equals(before) && !now.equals(taken)) {
      taken = now;
      reload.run();
    }
    before = now;
  }

  private Optional<Looks> look() {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(new Looks(found.fileKey(), found.lastModifiedTime(), found.size()));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /** What tells one state of a file from another. */
  private record Looks(@Nullable Object key, FileTime modified, long size) {}
}
