package org.alknet.core.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** Who else may touch a file, where the file system knows (POSIX); elsewhere nobody is assumed. */
public final class FilePermissions {
  private static final Set<PosixFilePermission> READ_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
  private static final Set<PosixFilePermission> WRITE_BY_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private FilePermissions() {}

  /**
   * Whether group or world may read the file.
   *
   * @throws IOException if the file does not exist or cannot be looked at
   */
  public static boolean isReadableByOthers(Path file) throws IOException {
    return hasAny(file, READ_BY_OTHERS);
  }

  /**
   * Whether group or world may write the file.
   *
   * @throws IOException if the file does not exist or cannot be looked at
   */
  public static boolean isWritableByOthers(Path file) throws IOException {
    return hasAny(file, WRITE_BY_OTHERS);
  }

  private static boolean hasAny(Path file, Set<PosixFilePermission> wanted) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null && view.readAttributes().permissions().stream().anyMatch(wanted::contains);
  }
}
