package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import org.alknet.vault.internal.JsonReader;
import org.alknet.vault.internal.JsonText;
import org.alknet.vault.internal.MalformedJsonException;

/**
 * One encrypted text and the version of the key that opens it, in a format that is frozen.
 *
 * <p>Immutable. All of it is ciphertext or public: printing and logging it is safe. The strings are
 * kept as they were read; whether they are Base64 is decided when the blob is decrypted.
 * Specification: {@code spec/vault.md §9.2}.
 *
 * @param keyVersion selects the key, 0 … 4294967295; versions from 2 on can be decrypted
 * @param salt Base64 of 32 random bytes that take no part in anything; reserved
 * @param iv Base64 of the 12-byte nonce
 * @param data Base64 of the ciphertext followed by its 16-byte tag
 */
public record EncryptedData(long keyVersion, String salt, String iv, String data) {
  /** The key version new blobs are written with unless an operator rotates. */
  public static final long CURRENT_KEY_VERSION = 2;

  private static final long MAX_KEY_VERSION = 0xffff_ffffL;

  /** Checks the range of the version. */
  public EncryptedData {
    if (keyVersion < 0 || keyVersion > MAX_KEY_VERSION) {
      throw new IllegalArgumentException("keyVersion is 0 to 4294967295, got " + keyVersion);
    }
    requireNonNull(salt, "salt");
    requireNonNull(iv, "iv");
    requireNonNull(data, "data");
  }

  /**
   * Reads the JSON form. Order, white space and unknown fields are free; missing, repeated or
   * mistyped fields, other numbers than plain unsigned 32-bit integers, and text after the object
   * are not.
   *
   * @throws EncryptedDataFormatException if the text is anything else
   */
  public static EncryptedData fromJson(String json) {
    requireNonNull(json, "json");
    JsonReader reader = new JsonReader(json);
    Map<String, String> strings = new HashMap<>();
    long[] version = {-1};
    try {
      reader.readObject(
          name -> {
            switch (name) {
              case "key_version" -> version[0] = reader.readUnsigned(MAX_KEY_VERSION);
              case "salt", "iv", "data" -> strings.put(name, reader.readString());
              default -> reader.skipValue();
            }
          });
      reader.readEnd();
    } catch (MalformedJsonException e) {
      throw new EncryptedDataFormatException("not an encrypted blob: " + e.getMessage());
    }
    if (version[0] < 0) {
      throw new EncryptedDataFormatException("not an encrypted blob: key_version is missing");
    }
    return new EncryptedData(
        version[0], required(strings, "salt"), required(strings, "iv"), required(strings, "data"));
  }

  /** The compact JSON form, fields in the order of the record. */
  public String toJson() {
    return "{\"key_version\":"
        + keyVersion
        + ",\"salt\":"
        + JsonText.quote(salt)
        + ",\"iv\":"
        + JsonText.quote(iv)
        + ",\"data\":"
        + JsonText.quote(data)
        + "}";
  }

  private static String required(Map<String, String> strings, String name) {
    String value = strings.get(name);
    if (value == null) {
      throw new EncryptedDataFormatException("not an encrypted blob: " + name + " is missing");
    }
    return value;
  }
}
