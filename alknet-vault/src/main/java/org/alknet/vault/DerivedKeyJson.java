package org.alknet.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.alknet.vault.internal.JsonReader;
import org.alknet.vault.internal.MalformedJsonException;
import org.alknet.vault.internal.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of a key, so that a redacted key is an error and never a corrupted key.
 *
 * <p>Not thread-safe; use {@link #read}. Specification: {@code spec/vault.md §8}.
 */
final class DerivedKeyJson {
  private static final byte[] REDACTED = DerivedKey.REDACTED.getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BYTES = 64;

  private final JsonReader reader;
  private final byte[] privateBytes = new byte[MAX_BYTES];
  private int privateLength = -1;
  private byte @Nullable [] publicKey;
  private @Nullable KeyType type;

  private DerivedKeyJson(String json) {
    this.reader = new JsonReader(json);
  }

  /**
   * The key; the caller closes it.
   *
   * @throws DerivedKeyFormatException if the private key is redacted or anything is malformed
   */
  static DerivedKey read(String json) {
    DerivedKeyJson form = new DerivedKeyJson(json);
    try {
      form.reader.readObject(form::readField);
      form.reader.readEnd();
      return form.toKey();
    } catch (MalformedJsonException e) {
      throw new DerivedKeyFormatException("not a key in JSON: " + e.getMessage());
    } finally {
      Secrets.wipe(form.privateBytes);
    }
  }

  private void readField(String name) throws MalformedJsonException {
    switch (name) {
      case "key_type" -> type = typeNamed(reader.readString());
      case "private_key" -> readPrivateKey();
      case "public_key" -> {
        byte[] bytes = new byte[MAX_BYTES];
        publicKey = Arrays.copyOf(bytes, readBytes(bytes));
      }
      default -> reader.skipValue();
    }
  }

  private void readPrivateKey() throws MalformedJsonException {
    if (reader.nextIs('"')) {
      throw redacted();
    }
    privateLength = readBytes(privateBytes);
    byte[] start = Arrays.copyOf(privateBytes, REDACTED.length);
    boolean isRedacted = privateLength == REDACTED.length && MessageDigest.isEqual(start, REDACTED);
    Secrets.wipe(start);
    if (isRedacted) {
      throw redacted();
    }
  }

  private int readBytes(byte[] target) throws MalformedJsonException {
    int[] count = new int[1];
    reader.readArray(
        index -> {
          if (index == target.length) {
            throw new MalformedJsonException("a key of more than " + target.length + " bytes");
          }
          target[index] = (byte) reader.readUnsigned(255);
          count[0]++;
        });
    return count[0];
  }

  private DerivedKey toKey() {
    if (type == null || privateLength < 0 || publicKey == null) {
      throw new DerivedKeyFormatException("a key has key_type, private_key and public_key");
    }
    if (privateLength != DerivedKey.PRIVATE_KEY_BYTES
        || publicKey.length != type.publicKeyBytes()) {
      throw new DerivedKeyFormatException(
          "wrong key length for "
              + type.wireName()
              + ": "
              + privateLength
              + " private and "
              + publicKey.length
              + " public bytes");
    }
    return DerivedKey.owning(type, Arrays.copyOf(privateBytes, privateLength), publicKey);
  }

  private static KeyType typeNamed(String name) throws MalformedJsonException {
    for (KeyType type : KeyType.values()) {
      if (type.wireName().equals(name)) {
        return type;
      }
    }
    throw new MalformedJsonException("an unknown key type");
  }

  private static DerivedKeyFormatException redacted() {
    return new DerivedKeyFormatException(
        "the private key reads "
            + DerivedKey.REDACTED
            + ": keys are redacted when written as JSON"
            + " and cannot be read back");
  }
}
