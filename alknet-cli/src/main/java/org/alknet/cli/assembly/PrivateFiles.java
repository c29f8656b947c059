package org.alknet.cli.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Files and directories for the eyes of this user only. Where the file system knows no POSIX modes,
 * the directory of the user is what protects them.
 */
final class PrivateFiles {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));
  private static final Set<PosixFilePermission> WRITE_OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private PrivateFiles() {}

  /** Creates a directory, mode 0700, unless it exists. */
  static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(directory, mode(directory, "rwx------"));
    } catch (FileAlreadyExistsException exists) {
      if (!Files.isDirectory(directory)) {
        throw exists;
      }
    }
  }

  /** Writes a new file, mode 0600; fails if there is one. */
  static void create(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            mode(file, "rw-------"))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /**
   * Writes a file, mode 0600, so that a reader sees the old or the new content and nothing else.
   */
  static void replace(Path file, byte[] content) throws IOException {
    Path next = Files.createTempFile(parent(file), "." + file.getFileName(), ".new");
    try {
      Files.delete(next);
      create(next, content);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** Opens a file to write at its end, and creates it with mode 0600; the caller closes it. */
  static FileChannel openToAppend(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        mode(file, "rw-------"));
  }

  /**
   * Refuses a file that exists and that other users may read or write.
   *
   * @throws NodeException if they may
   */
  static void refuseAudience(Path file) throws NodeException, IOException {
    if (Files.exists(file) && !permissions(file, OTHERS).isEmpty()) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file
              + " is open to other users (mode "
              + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
              + ")",
          "chmod 600 " + file);
    }
  }

  /**
   * Reads a file that holds a secret.
   *
   * @return its content, which the caller wipes
   * @throws NodeException if it is missing, no regular file, too long or open to others
   */
  static byte[] readSecret(Path file, int maxBytes) throws NodeException {
    try {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      if (!Files.isRegularFile(file)) {
        throw new NodeException(NodeException.Kind.UNSAFE, file + " is not a regular file");
      }
      if (!permissions(file, OTHERS).isEmpty()) {
        throw new NodeException(
            NodeException.Kind.UNSAFE,
            "the key file "
                + file
                + " is open to other users (mode "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                + ")",
            "If nobody else can have read it:  chmod 600 " + file,
            "Otherwise replace the key.");
      }
      return read(file, maxBytes);
    } catch (NoSuchFileException missing) {
      throw new NodeException(
          NodeException.Kind.MISSING, "no such file: " + file, missing, List.of());
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read " + file + ": " + reason(failed),
          failed,
          List.of());
    }
  }

  private static byte[] read(Path file, int maxBytes) throws IOException, NodeException {
    byte[] buffer = new byte[maxBytes + 1];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.readNBytes(buffer, 0, buffer.length);
      if (length > maxBytes) {
        throw new NodeException(
            NodeException.Kind.UNSAFE, file + " is longer than " + maxBytes + " bytes");
      }
      return Arrays.copyOf(buffer, length);
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  /** Whether other users may write the file or into the directory. */
  static boolean writableByOthers(Path path) throws NodeException {
    try {
      return !permissions(path, WRITE_OTHERS).isEmpty();
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read the permissions of " + path + ": " + reason(failed),
          failed,
          List.of());
    }
  }

  /** Says in plain words why a file operation failed. */
  static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "it is in the way and not a directory";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    String message = failure.getMessage();
    return message == null ? "input/output error" : message;
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no directory");
    }
    return parent;
  }

  private static Set<PosixFilePermission> permissions(Path path, Set<PosixFilePermission> among)
      throws IOException {
    if (!isPosix(path)) {
      return Set.of();
    }
    Set<PosixFilePermission> found = EnumSet.copyOf(among);
    found.retainAll(Files.getPosixFilePermissions(path));
    return found;
  }

  private static FileAttribute<?>[] mode(Path path, String mode) {
    return isPosix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
