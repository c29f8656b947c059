package org.alknet.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import org.alknet.core.tls.Ed25519SecretKey;

/**
 * The file of a node key: 32 raw bytes, or 64 hex digits and at most one line end. Refused if group
 * or world may read it.
 */
public final class KeyFile {
  private static final int RAW_BYTES = Ed25519SecretKey.BYTES;
  private static final int HEX_DIGITS = 2 * RAW_BYTES;
  private static final int MAX_BYTES = HEX_DIGITS + 2;

  private KeyFile() {}

  /**
   * Reads the key.
   *
   * @return owned by the caller, who destroys it after the last use
   * @throws ConfigException.KeyFileNotFound if there is no such file
   * @throws ConfigException.TlsConfig if it cannot be read, is readable by others, or holds no key
   */
  public static Ed25519SecretKey read(Path file) throws ConfigException {
    return read(file, Files::newInputStream);
  }

  /** How a file is opened. */
  interface Opener {
    InputStream open(Path file) throws IOException;
  }

  static Ed25519SecretKey read(Path file, Opener opener) throws ConfigException {
    byte[] content = new byte[0];
    byte[] seed = new byte[0];
    try {
      Object before = checkPrivate(file);
      content = readBounded(file, opener);
      // Java cannot ask an open file for its permissions. The same file, private before it was
      // opened and after it was read, was private in between, but for its owner's own doing.
      if (!before.equals(checkPrivate(file))) {
        throw new IOException("the key file " + file + " was replaced while it was read");
      }
      seed = seedOf(content, file);
      return Ed25519SecretKey.ofSeed(seed);
    } catch (NoSuchFileException missing) {
      throw new ConfigException.KeyFileNotFound(file);
    } catch (IOException unusable) {
      throw new ConfigException.TlsConfig(unusable);
    } finally {
      Arrays.fill(content, (byte) 0);
      Arrays.fill(seed, (byte) 0);
    }
  }

  /**
   * Checks that a file exists and that only its owner may read it, whatever it holds.
   *
   * @throws ConfigException.KeyFileNotFound if there is no such file
   * @throws ConfigException.TlsConfig if it is readable by others
   */
  static void check(Path file) throws ConfigException {
    try {
      checkPrivate(file);
    } catch (NoSuchFileException missing) {
      throw new ConfigException.KeyFileNotFound(file);
    } catch (IOException unusable) {
      throw new ConfigException.TlsConfig(unusable);
    }
  }

  /** Returns what identifies the file, where the file system tells; else its path. */
  private static Object checkPrivate(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new IOException("the key file " + file + " is not a regular file");
    }
    if (FilePermissions.isReadableByOthers(file)) {
      throw new IOException(
          "the key file " + file + " is readable by group or world; chmod 600 it");
    }
    return Objects.requireNonNullElse(attributes.fileKey(), file);
  }

  private static byte[] readBounded(Path file, Opener opener) throws IOException {
    try (InputStream in = opener.open(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private static byte[] seedOf(byte[] content, Path file) throws IOException {
    if (content.length == RAW_BYTES) {
      return content.clone();
    }
    int length = content.length;
    if (length > 0 && content[length - 1] == '\n') {
      length--;
      if (length > 0 && content[length - 1] == '\r') {
        length--;
      }
    }
    if (length != HEX_DIGITS) {
      throw notAKey(file);
    }
    byte[] seed = new byte[RAW_BYTES];
    for (int i = 0; i < RAW_BYTES; i++) {
      int high = Character.digit(content[2 * i], 16);
      int low = Character.digit(content[2 * i + 1], 16);
      if (high < 0 || low < 0) {
        Arrays.fill(seed, (byte) 0);
        throw notAKey(file);
      }
      seed[i] = (byte) (high << 4 | low);
    }
    return seed;
  }

  private static IOException notAKey(Path file) {
    return new IOException(
        "the key file " + file + " holds neither 32 raw bytes nor 64 hex digits");
  }
}
