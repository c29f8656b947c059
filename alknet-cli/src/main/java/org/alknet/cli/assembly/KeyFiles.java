package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.alknet.core.tls.Ed25519SecretKey;

/**
 * Key files: an Ed25519 seed as 64 hex digits and a line end, mode 0600. Everything is checked
 * here, so that no broken key travels on.
 */
public final class KeyFiles {
  private static final int HEX_DIGITS = 2 * Ed25519SecretKey.BYTES;
  private static final int MAX_BYTES = 64 * 1024;

  private KeyFiles() {}

  /**
   * Reads a key.
   *
   * @return the key, which the caller destroys
   * @throws NodeException if the file is missing, open to other users, or holds no key
   */
  public static Ed25519SecretKey load(Path file) throws NodeException {
    byte[] text = PrivateFiles.readSecret(file, MAX_BYTES);
    try {
      return parse(file, text);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Reads the key, or makes one if there is no file.
   *
   * @throws NodeException as {@link #load} and {@link #create}
   */
  public static Ed25519SecretKey loadOrCreate(Path file) throws NodeException {
    return Files.exists(file) ? load(file) : create(file);
  }

  /**
   * Makes a key and writes it to a new file.
   *
   * @return the key, which the caller destroys
   * @throws NodeException if there is a file already, or it cannot be written
   */
  public static Ed25519SecretKey create(Path file) throws NodeException {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    byte[] text = revealText(key);
    try {
      PrivateFiles.create(file, text);
      return key;
    } catch (FileAlreadyExistsException exists) {
      key.destroy();
      throw new NodeException(
          NodeException.Kind.UNSAFE,
          file + " exists and is not overwritten",
          exists,
          List.of("Name another file, or move this one away first."));
    } catch (IOException failed) {
      key.destroy();
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /** Reveals the text of a key file, ASCII, which the caller wipes. */
  public static byte[] revealText(Ed25519SecretKey key) {
    byte[] seed = key.revealSeed();
    byte[] text = new byte[HEX_DIGITS + 1];
    try {
      for (int i = 0; i < seed.length; i++) {
        text[2 * i] = (byte) Character.forDigit((seed[i] >> 4) & 0xf, 16);
        text[2 * i + 1] = (byte) Character.forDigit(seed[i] & 0xf, 16);
      }
      text[HEX_DIGITS] = '\n';
      return text;
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static Ed25519SecretKey parse(Path file, byte[] text) throws NodeException {
    int length = text.length;
    if (length > 0 && text[length - 1] == '\n') {
      length--;
      if (length > 0 && text[length - 1] == '\r') {
        length--;
      }
    }
    if (length != HEX_DIGITS) {
      throw unusable(file, "it has " + length + " characters");
    }
    byte[] seed = new byte[Ed25519SecretKey.BYTES];
    try {
      for (int i = 0; i < seed.length; i++) {
        int high = Character.digit((char) text[2 * i], 16);
        int low = Character.digit((char) text[2 * i + 1], 16);
        if (high < 0 || low < 0 || text[2 * i] < 0 || text[2 * i + 1] < 0) {
          throw unusable(file, "character " + (2 * i + (high < 0 ? 1 : 2)) + " is no hex digit");
        }
        seed[i] = (byte) (high << 4 | low);
      }
      return Ed25519SecretKey.ofSeed(seed);
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static NodeException unusable(Path file, String found) {
    return new NodeException(
        NodeException.Kind.UNSAFE,
        file + " is not a key file: a key is 64 hex digits and " + found,
        "Put the right file back, or move this one away; a missing key is made anew,",
        "and everybody who pinned the old one has to be told the new fingerprint.");
  }
}
