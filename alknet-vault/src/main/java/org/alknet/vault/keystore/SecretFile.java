package org.alknet.vault.keystore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;

/**
 * A small file that only its owner may read, replaced as a whole or not at all.
 *
 * <p>New content goes to a temporary file of mode 0600 in the same directory, is forced to the disk
 * and then takes the name in one step; the directory is forced as well, so that the step survives a
 * power cut. A reader sees the old content or the new one. If forcing the directory fails, the new
 * content is in place all the same and {@code IO} says that it may not survive. Where the file
 * system has no POSIX permissions, modes and owner are neither set nor checked. Thread-safe;
 * processes may race, the last replacement wins and of two creations exactly one.
 */
final class SecretFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Path path;

  SecretFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /**
   * The content.
   *
   * @param maxBytes more than this is refused as damage
   * @throws KeystoreException {@code NOT_FOUND}, {@code UNSAFE_FILE}, {@code CANNOT_OPEN}, {@code
   *     IO}
   */
  byte[] read(int maxBytes) {
    try {
      requireSafe();
      try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        byte[] content = in.readNBytes(maxBytes + 1);
        if (content.length > maxBytes) {
          throw KeystoreException.cannotOpen();
        }
        return content;
      }
    } catch (NoSuchFileException e) {
      throw KeystoreException.of(
          KeystoreException.Kind.NOT_FOUND, "there is no keystore at " + path);
    } catch (IOException e) {
      throw KeystoreException.io("the keystore cannot be read: " + path, e);
    }
  }

  /**
   * Creates the file; never replaces one.
   *
   * @throws KeystoreException {@code ALREADY_EXISTS}, {@code IO}
   */
  void create(byte[] content) {
    requireAbsent();
    write(content, this::linkOrMove);
  }

  /**
   * Replaces the content of the file in one step.
   *
   * @throws KeystoreException {@code IO}; the old content is then still there, unless only forcing
   *     the directory failed
   */
  void replace(byte[] content) {
    write(content, temporary -> Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE));
  }

  /**
   * Refuses early, before work is done for nothing; {@link #create} decides.
   *
   * @throws KeystoreException {@code ALREADY_EXISTS}
   */
  void requireAbsent() {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw alreadyExists();
    }
  }

  /** How a finished temporary file takes its name. */
  @FunctionalInterface
  private interface Publication {
    void publish(Path temporary) throws IOException;
  }

  private void write(byte[] content, Publication publication) {
    try {
      Path directory = directory();
      boolean posix = hasPosixPermissions(directory);
      FileAttribute<?>[] mode =
          posix
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
              : new FileAttribute<?>[0];
      Path temporary = Files.createTempFile(directory, ".keystore-", ".tmp", mode);
      try {
        writeThrough(temporary, content);
        publication.publish(temporary);
      } finally {
        Files.deleteIfExists(temporary);
      }
      if (posix) {
        force(directory);
      }
    } catch (FileAlreadyExistsException e) {
      throw alreadyExists();
    } catch (IOException e) {
      throw KeystoreException.io("the keystore cannot be written: " + path, e);
    }
  }

  // A hard link fails if the name is taken, whoever took it; a rename would replace. Without hard
  // links, the plain move looks for the name first, which leaves a moment to race in.
  private void linkOrMove(Path temporary) throws IOException {
    try {
      Files.createLink(path, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // The move reports what is wrong if it was not the missing support.
      Files.move(temporary, path);
    }
  }

  private static void writeThrough(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void requireSafe() throws IOException {
    boolean posix = hasPosixPermissions(directory());
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isRegularFile()) {
      throw unsafe("is not a regular file");
    }
    if (!posix) {
      return;
    }
    PosixFileAttributes attributes =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!OWNER.containsAll(attributes.permissions())) {
      throw unsafe("is open to others, expected mode 600");
    }
    if (!attributes.owner().equals(processOwner())) {
      throw unsafe("belongs to " + attributes.owner().getName());
    }
  }

  private UserPrincipal processOwner() throws IOException {
    try {
      return path.getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByName(System.getProperty("user.name"));
    } catch (UserPrincipalNotFoundException e) {
      // A user without a name, as in containers: ask the kernel who runs this process.
      return Files.getOwner(path.getFileSystem().getPath("/proc/self"));
    }
  }

  private Path directory() throws IOException {
    Path directory = path.getParent();
    if (directory == null) {
      throw new NoSuchFileException(path.toString());
    }
    return directory;
  }

  private static boolean hasPosixPermissions(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return store.supportsFileAttributeView(PosixFileAttributeView.class);
  }

  private KeystoreException alreadyExists() {
    return KeystoreException.of(
        KeystoreException.Kind.ALREADY_EXISTS, "there is a file already: " + path);
  }

  private KeystoreException unsafe(String what) {
    return KeystoreException.of(
        KeystoreException.Kind.UNSAFE_FILE, "the keystore " + what + ": " + path);
  }
}
