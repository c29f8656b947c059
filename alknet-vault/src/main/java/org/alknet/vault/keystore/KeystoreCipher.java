package org.alknet.vault.keystore;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.alknet.vault.internal.AesGcm;
import org.alknet.vault.internal.Bip39Codec;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;
import org.alknet.vault.internal.StrictBase64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Entropy to keystore form and back, under a key that Argon2id makes of a password.
 *
 * <p>The plaintext is language, length and entropy, padded with zeros to one size, so that the file
 * does not tell how many words the mnemonic has. Thread-safe. Specification: {@code spec/vault.md},
 * appendix A.
 */
final class KeystoreCipher {
  private static final int NEW_SALT_BYTES = 16;
  private static final byte ENGLISH = 0;
  private static final int HEADER_BYTES = 2;

  private KeystoreCipher() {}

  /**
   * Encrypts under a fresh salt, drawn first, and a fresh nonce.
   *
   * @throws KeystoreException {@code BAD_PASSWORD}, {@code OUT_OF_MEMORY}
   */
  static KeystoreForm seal(byte[] entropy, char[] password, KdfCost cost, RandomSource random) {
    if (password.length == 0) {
      throw KeystoreException.of(KeystoreException.Kind.BAD_PASSWORD, "the password is empty");
    }
    byte[] salt = new byte[NEW_SALT_BYTES];
    byte[] iv = new byte[AesGcm.IV_BYTES];
    random.fill(salt);
    random.fill(iv);
    String saltText = StrictBase64.encode(salt);
    String ivText = StrictBase64.encode(iv);
    byte[] plaintext = plaintext(entropy);
    byte[] key = new byte[0];
    try {
      key = key(password, salt, cost);
      byte[] sealed = AesGcm.seal(key, iv, plaintext, aad(cost, saltText, ivText));
      return new KeystoreForm(cost, saltText, ivText, StrictBase64.encode(sealed));
    } catch (CharacterCodingException e) {
      throw KeystoreException.of(
          KeystoreException.Kind.BAD_PASSWORD, "the password holds an unpaired surrogate");
    } finally {
      Secrets.wipe(plaintext, key);
    }
  }

  /**
   * The entropy; the caller wipes it.
   *
   * @throws KeystoreException {@code CANNOT_OPEN}, {@code OUT_OF_MEMORY}
   */
  static byte[] open(KeystoreForm form, char[] password) {
    byte[] key = new byte[0];
    byte[] plaintext = new byte[0];
    try {
      key = key(password, form.saltBytes(), form.cost());
      byte[] aad = aad(form.cost(), form.salt(), form.iv());
      plaintext =
          AesGcm.open(key, form.ivBytes(), form.ciphertextBytes(), aad)
              .orElseThrow(KeystoreException::cannotOpen);
      return entropy(plaintext);
    } catch (CharacterCodingException e) {
      // No file was ever written under such a password.
      throw KeystoreException.cannotOpen();
    } finally {
      Secrets.wipe(key, plaintext);
    }
  }

  /** Argon2id over the normalised password; the caller wipes the 32 bytes. */
  static byte[] key(char[] password, byte[] salt, KdfCost cost) throws CharacterCodingException {
    char[] normalised = Secrets.nfkd(password);
    byte[] utf8 = new byte[0];
    byte[] key = new byte[AesGcm.KEY_BYTES];
    Argon2Parameters parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.iterations())
            .withParallelism(cost.parallelism())
            .withSalt(salt)
            .build();
    try {
      utf8 = Secrets.utf8(normalised);
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(parameters);
      generator.generateBytes(utf8, key);
      return key;
    } catch (OutOfMemoryError e) {
      // The one large allocation of the module, of a size the file asks for: failing it harms
      // nobody else, so it is an outcome and not the end of the process.
      throw KeystoreException.of(
          KeystoreException.Kind.OUT_OF_MEMORY,
          "the Java heap has no room for " + cost.memoryKib() + " KiB");
    } finally {
      Secrets.wipe(normalised);
      Secrets.wipe(utf8);
    }
  }

  static byte[] plaintext(byte[] entropy) {
    byte[] plaintext = new byte[KeystoreForm.PLAINTEXT_BYTES];
    plaintext[0] = ENGLISH;
    plaintext[1] = (byte) entropy.length;
    System.arraycopy(entropy, 0, plaintext, HEADER_BYTES, entropy.length);
    return plaintext;
  }

  /** Reads language, length and padding; anything unknown is damage. */
  static byte[] entropy(byte[] plaintext) {
    int length = plaintext[1];
    boolean known = plaintext[0] == ENGLISH && Bip39Codec.isEntropyLength(length);
    if (!known) {
      throw KeystoreException.cannotOpen();
    }
    for (int i = HEADER_BYTES + length; i < plaintext.length; i++) {
      if (plaintext[i] != 0) {
        throw KeystoreException.cannotOpen();
      }
    }
    return Arrays.copyOfRange(plaintext, HEADER_BYTES, HEADER_BYTES + length);
  }

  private static byte[] aad(KdfCost cost, String salt, String iv) {
    return KeystoreForm.aad(cost, salt, iv).getBytes(StandardCharsets.US_ASCII);
  }
}
