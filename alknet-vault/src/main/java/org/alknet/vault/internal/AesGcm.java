package org.alknet.vault.internal;

import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a 12-byte nonce and a 16-byte tag appended (NIST SP 800-38D).
 *
 * <p>The JDK's cipher is used for its hardware support. It takes nonces of any length and throws an
 * unchecked exception for input shorter than a tag, so lengths are checked here. Thread-safe.
 */
public final class AesGcm {
  /** Bytes of a key. */
  public static final int KEY_BYTES = 32;

  /** Bytes of a nonce. */
  public static final int IV_BYTES = 12;

  /** Bytes of a tag. */
  public static final int TAG_BYTES = 16;

  private AesGcm() {}

  /**
   * Ciphertext and tag. The nonce must never have been used with this key.
   *
   * @throws IllegalStateException if the platform cannot encrypt
   */
  public static byte[] seal(byte[] key, byte[] iv, byte[] plaintext, byte[] aad) {
    try {
      return run(Cipher.ENCRYPT_MODE, key, iv, plaintext, aad);
    } catch (GeneralSecurityException | ProviderException e) {
      // No cause: a provider's text is not ours to vouch for.
      throw new IllegalStateException("AES-256-GCM is not available on this platform");
    }
  }

  /** The plaintext, or empty if key, nonce, data and {@code aad} do not belong together. */
  public static Optional<byte[]> open(byte[] key, byte[] iv, byte[] sealed, byte[] aad) {
    if (sealed.length < TAG_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(run(Cipher.DECRYPT_MODE, key, iv, sealed, aad));
    } catch (GeneralSecurityException | ProviderException e) {
      // Wrong key and damaged data look the same on purpose.
      return Optional.empty();
    }
  }

  private static byte[] run(int mode, byte[] key, byte[] iv, byte[] input, byte[] aad)
      throws GeneralSecurityException {
    if (key.length != KEY_BYTES || iv.length != IV_BYTES) {
      throw new IllegalArgumentException(
          "expected a 32-byte key and a 12-byte nonce, got " + key.length + " and " + iv.length);
    }
    WipeableAesKey aesKey = new WipeableAesKey(key);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, aesKey, new GCMParameterSpec(TAG_BYTES * 8, iv));
      cipher.updateAAD(aad);
      return cipher.doFinal(input);
    } finally {
      aesKey.destroy();
    }
  }
}
