package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.alknet.vault.internal.Secrets;

/**
 * Site passwords from the key tree; a convenience outside the vault's purpose.
 *
 * <p>The bytes are the start of the Ed25519-tree private key at the path, customarily {@code
 * m/74'/1'/0'/n'}. Nothing is cached. Thread-safe. Specification: {@code spec/vault.md §14, §23
 * G2}.
 */
public final class PasswordDerivation {
  private static final char[] BASE64_URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray();

  private PasswordDerivation() {}

  /**
   * The first bytes of the private key at the path; the caller closes the result.
   *
   * @param length bytes wanted, 0 or more; more than 32 gives 32
   * @throws VaultException {@code VAULT_LOCKED}; {@code INVALID_PATH} if the path is malformed;
   *     {@code DERIVATION} if an index is not hardened
   */
  public static SecretBytes derive(VaultServiceHandle handle, String path, int length) {
    requireNonNull(handle, "handle");
    if (length < 0) {
      throw new IllegalArgumentException("length is zero or more, got " + length);
    }
    byte[] privateKey = handle.derivePrivateBytesUncached(path);
    try {
      return SecretBytes.owning(Arrays.copyOf(privateKey, Math.min(length, privateKey.length)));
    } finally {
      Secrets.wipe(privateKey);
    }
  }

  /**
   * The same bytes in unpadded Base64url (RFC 4648 §5); the caller closes the result.
   *
   * @param length bytes before encoding, see {@link #derive}; 16 give 22 characters
   * @throws VaultException as {@link #derive}
   */
  public static SecretChars deriveString(VaultServiceHandle handle, String path, int length) {
    try (SecretBytes bytes = derive(handle, path, length)) {
      return SecretChars.owning(bytes.useBytes(PasswordDerivation::base64Url));
    }
  }

  // The JDK's encoder gives strings or padded arrays that nobody wipes.
  private static char[] base64Url(byte[] bytes) {
    char[] out = new char[(bytes.length * 8 + 5) / 6];
    for (int i = 0; i < out.length; i++) {
      int bit = i * 6;
      int high = bytes[bit / 8] & 0xff;
      int low = bit / 8 + 1 < bytes.length ? bytes[bit / 8 + 1] & 0xff : 0;
      out[i] = BASE64_URL[(high << 8 | low) >>> (10 - bit % 8) & 0x3f];
    }
    return out;
  }
}
