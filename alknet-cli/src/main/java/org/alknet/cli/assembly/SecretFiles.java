package org.alknet.cli.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Files with passwords, tokens and other secrets (spec/cli.md section 4.3): a regular file of which
 * nobody else may read a byte, or a pipe.
 */
public final class SecretFiles {
  /** Longest secret, its line end included. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final Set<PosixFilePermission> READERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private static final Path CREDENTIALS = Path.of("/run/credentials");

  private SecretFiles() {}

  /**
   * Reads a secret, without one line end after it.
   *
   * @return the bytes, which the caller wipes
   * @throws NodeException if the file is missing, open to other users, a directory or device, empty
   *     or too long
   */
  public static byte[] read(Path file) throws NodeException {
    try {
      if (!Files.exists(file)) {
        throw new NodeException(NodeException.Kind.MISSING, "no such file: " + file);
      }
      if (Files.isRegularFile(file)) {
        refuseReaders(file);
      } else if (Files.isDirectory(file)) {
        throw new NodeException(NodeException.Kind.UNSAFE, file + " is a directory");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return read(file.toString(), in);
      }
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot read " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
  }

  /**
   * Reads a secret to its end, without one line end after it.
   *
   * @param name of the source, for messages
   * @return the bytes, which the caller wipes
   * @throws NodeException if it is empty or too long
   * @throws IOException if it cannot be read
   */
  public static byte[] read(String name, InputStream in) throws NodeException, IOException {
    byte[] buffer = new byte[MAX_BYTES + 1];
    try {
      int length = in.readNBytes(buffer, 0, buffer.length);
      if (length > MAX_BYTES) {
        throw new NodeException(
            NodeException.Kind.UNSAFE, name + " is longer than " + MAX_BYTES + " bytes");
      }
      if (length > 0 && buffer[length - 1] == '\n') {
        length--;
        if (length > 0 && buffer[length - 1] == '\r') {
          length--;
        }
      }
      if (length == 0) {
        throw new NodeException(NodeException.Kind.UNSAFE, name + " holds no secret: it is empty");
      }
      return Arrays.copyOf(buffer, length);
    } finally {
      Arrays.fill(buffer, (byte) 0);
    }
  }

  /**
   * Writes a secret and a line end to a new file, mode 0600.
   *
   * @throws NodeException if there is a file already, or it cannot be written
   */
  public static void create(Path file, byte[] secret) throws NodeException {
    byte[] text = Arrays.copyOf(secret, secret.length + 1);
    text[secret.length] = '\n';
    try {
      PrivateFiles.create(file, text);
    } catch (FileAlreadyExistsException exists) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " exists and is not overwritten",
          exists,
          List.of("Name another file, or move this one away first."));
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  private static void refuseReaders(Path file) throws IOException, NodeException {
    if (isOpen(file)) {
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " is open to other users",
          "If nobody else can have read it:  chmod 600 " + file,
          "Otherwise it is no secret any more: replace it.");
    }
  }

  /** Whether a file with a secret is open to other users. */
  public static boolean isOpen(Path file) throws IOException {
    return isOpen(file, CREDENTIALS);
  }

  /**
   * A service manager lets a service read its credentials by an access list, and a POSIX mode shows
   * the list as rights of the group: among its files, only root's group has to be trusted to read.
   *
   * @param credentials where the service manager keeps credentials
   */
  static boolean isOpen(Path file, Path credentials) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return false;
    }
    Set<PosixFilePermission> open = EnumSet.copyOf(READERS);
    open.retainAll(Files.getPosixFilePermissions(file));
    Path real = file.toRealPath();
    if (real.startsWith(credentials) && Files.getAttribute(real, "unix:uid").equals(0)) {
      open.remove(PosixFilePermission.GROUP_READ);
    }
    return !open.isEmpty();
  }
}
