package org.alknet.vault.keystore;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.alknet.vault.internal.AesGcm;
import org.alknet.vault.internal.JsonReader;
import org.alknet.vault.internal.MalformedJsonException;
import org.alknet.vault.internal.StrictBase64;

/**
 * The fields of a keystore file, version 1, checked against their limits.
 *
 * <p>Nothing in it is secret. Unknown fields are refused: nothing would authenticate them.
 * Immutable.
 *
 * @param cost the work of the key derivation
 * @param salt Base64 text as in the file
 * @param iv Base64 text as in the file
 * @param ciphertext Base64 text as in the file
 */
record KeystoreForm(KdfCost cost, String salt, String iv, String ciphertext) {
  static final String FORMAT = "alknet-vault-keystore";
  static final int VERSION = 1;
  static final String KDF = "argon2id";
  static final int KDF_VERSION = 19;
  static final String CIPHER = "aes-256-gcm";
  static final int PLAINTEXT_BYTES = 34;
  static final int MIN_SALT_BYTES = 16;
  static final int MAX_SALT_BYTES = 64;

  /** Checks that each text is Base64 of the right size. */
  KeystoreForm {
    requireBytes(salt, MIN_SALT_BYTES, MAX_SALT_BYTES);
    requireBytes(iv, AesGcm.IV_BYTES, AesGcm.IV_BYTES);
    int sealed = PLAINTEXT_BYTES + AesGcm.TAG_BYTES;
    requireBytes(ciphertext, sealed, sealed);
  }

  byte[] saltBytes() {
    return bytes(salt);
  }

  byte[] ivBytes() {
    return bytes(iv);
  }

  byte[] ciphertextBytes() {
    return bytes(ciphertext);
  }

  /** What is authenticated beside the ciphertext, so that weakened parameters are noticed. */
  static String aad(KdfCost cost, String salt, String iv) {
    return String.join(
        "|",
        FORMAT,
        Integer.toString(VERSION),
        KDF,
        Integer.toString(KDF_VERSION),
        Integer.toString(cost.memoryKib()),
        Integer.toString(cost.iterations()),
        Integer.toString(cost.parallelism()),
        salt,
        CIPHER,
        iv);
  }

  String toJson() {
    return "{\"format\":\""
        + FORMAT
        + "\",\"version\":"
        + VERSION
        + ",\"kdf\":{\"name\":\""
        + KDF
        + "\",\"v\":"
        + KDF_VERSION
        + ",\"m_kib\":"
        + cost.memoryKib()
        + ",\"t\":"
        + cost.iterations()
        + ",\"p\":"
        + cost.parallelism()
        + ",\"salt\":\""
        + salt
        + "\"},\"cipher\":{\"name\":\""
        + CIPHER
        + "\",\"iv\":\""
        + iv
        + "\"},\"ciphertext\":\""
        + ciphertext
        + "\"}";
  }

  /**
   * Reads the JSON text of a file.
   *
   * @throws KeystoreException of kind {@code CANNOT_OPEN} for any deviation
   */
  static KeystoreForm parse(String json) {
    try {
      return new Parser(json).parse();
    } catch (MalformedJsonException | IllegalArgumentException e) {
      // Damage of every sort looks like a wrong password.
      throw KeystoreException.cannotOpen();
    }
  }

  private static void requireBytes(String text, int min, int max) {
    int length = bytes(text).length;
    if (length < min || length > max) {
      throw new IllegalArgumentException(
          "expected " + min + " to " + max + " bytes, got " + length);
    }
  }

  private static byte[] bytes(String text) {
    return StrictBase64.decode(text)
        .orElseThrow(() -> new IllegalArgumentException("not padded standard Base64"));
  }

  /** One pass over one text. */
  private static final class Parser {
    private static final Set<String> NUMBERS =
        Set.of("version", "kdf.v", "kdf.m_kib", "kdf.t", "kdf.p");
    private static final Set<String> TEXTS =
        Set.of("format", "kdf.name", "kdf.salt", "cipher.name", "cipher.iv", "ciphertext");

    private final JsonReader reader;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();

    Parser(String json) {
      this.reader = new JsonReader(json);
    }

    KeystoreForm parse() throws MalformedJsonException {
      reader.readObject(this::readField);
      reader.readEnd();
      Set<String> read = new HashSet<>(numbers.keySet());
      read.addAll(texts.keySet());
      if (read.size() != NUMBERS.size() + TEXTS.size()) {
        throw new MalformedJsonException("a field is missing");
      }
      requireSupported();
      return new KeystoreForm(
          new KdfCost(number("kdf.m_kib"), number("kdf.t"), number("kdf.p")),
          text("kdf.salt"),
          text("cipher.iv"),
          text("ciphertext"));
    }

    private void readField(String name) throws MalformedJsonException {
      if (name.equals("kdf") || name.equals("cipher")) {
        reader.readObject(inner -> readValue(name + "." + inner));
      } else if (name.contains(".")) {
        throw new MalformedJsonException("an unknown field");
      } else {
        readValue(name);
      }
    }

    private void readValue(String name) throws MalformedJsonException {
      if (NUMBERS.contains(name)) {
        numbers.put(name, (int) reader.readUnsigned(Integer.MAX_VALUE));
      } else if (TEXTS.contains(name)) {
        texts.put(name, reader.readString());
      } else {
        throw new MalformedJsonException("an unknown field");
      }
    }

    private void requireSupported() throws MalformedJsonException {
      boolean supported =
          text("format").equals(FORMAT)
              && number("version") == VERSION
              && text("kdf.name").equals(KDF)
              && number("kdf.v") == KDF_VERSION
              && text("cipher.name").equals(CIPHER);
      if (!supported) {
        throw new MalformedJsonException("another format");
      }
    }

    private int number(String name) {
      return numbers.getOrDefault(name, -1);
    }

    private String text(String name) {
      return texts.getOrDefault(name, "");
    }
  }
}
