package org.alknet.core.credential;

import java.util.Arrays;

/**
 * A ciphertext of the vault as core carries it: the same four fields, no code in common
 * (spec/core.md section 14.3). Core can neither make nor open one.
 *
 * <p>Immutable; bytes are copied in and out.
 */
public final class EncryptedData {
  private static final long MAX_KEY_VERSION = 0xffff_ffffL;

  private final long keyVersion;
  private final byte[] salt;
  private final byte[] iv;
  private final byte[] data;

  private EncryptedData(long keyVersion, byte[] salt, byte[] iv, byte[] data) {
    this.keyVersion = keyVersion;
    this.salt = salt;
    this.iv = iv;
    this.data = data;
  }

  /**
   * Returns a value with copies of the bytes.
   *
   * @param keyVersion which derived key encrypted it, 0 to 2^32 - 1
   * @param salt reserved; may be empty, and is preserved
   * @param iv nonce of AES-GCM
   * @param data ciphertext with tag
   * @throws IllegalArgumentException if the version is out of its range
   */
  public static EncryptedData of(long keyVersion, byte[] salt, byte[] iv, byte[] data) {
    if (keyVersion < 0 || keyVersion > MAX_KEY_VERSION) {
      throw new IllegalArgumentException(
          "key_version is an unsigned 32-bit number, not " + keyVersion);
    }
    return new EncryptedData(keyVersion, salt.clone(), iv.clone(), data.clone());
  }

  /** Returns which derived key encrypted it, 0 to 2^32 - 1. */
  public long keyVersion() {
    return keyVersion;
  }

  /** Returns a copy of the reserved salt. */
  public byte[] salt() {
    return salt.clone();
  }

  /** Returns a copy of the nonce. */
  public byte[] iv() {
    return iv.clone();
  }

  /** Returns a copy of the ciphertext with its tag. */
  public byte[] data() {
    return data.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptedData that
        && keyVersion == that.keyVersion
        && Arrays.equals(salt, that.salt)
        && Arrays.equals(iv, that.iv)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    int hash = Long.hashCode(keyVersion);
    hash = 31 * hash + Arrays.hashCode(salt);
    hash = 31 * hash + Arrays.hashCode(iv);
    return 31 * hash + Arrays.hashCode(data);
  }

  /** Shows the version and lengths only. */
  @Override
  public String toString() {
    return "EncryptedData[keyVersion="
        + keyVersion
        + ", salt="
        + salt.length
        + " bytes, iv="
        + iv.length
        + " bytes, data="
        + data.length
        + " bytes]";
  }
}
