package org.alknet.vault.keystore;

import static java.util.Objects.requireNonNull;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.alknet.vault.ExtendedPrivateKey;
import org.alknet.vault.KeyEncodings;
import org.alknet.vault.KeyPaths;
import org.alknet.vault.Language;
import org.alknet.vault.Mnemonic;
import org.alknet.vault.SecretChars;
import org.alknet.vault.Seed;
import org.alknet.vault.Slip10Ed25519;
import org.alknet.vault.VaultException;
import org.alknet.vault.VaultServiceHandle;
import org.alknet.vault.internal.Bip39Codec;
import org.alknet.vault.internal.MalformedPhraseException;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * A mnemonic at rest: one file of mode 0600, encrypted under a password.
 *
 * <p>The BIP-39 passphrase is never stored. Arrays passed in stay the caller's, who wipes them.
 * Thread-safe; holds no secret between calls. Every call blocks: on the file system, and for as
 * long as Argon2id takes, seconds on a small machine. Specification: {@code spec/vault.md},
 * appendix A.
 */
public final class Keystore {
  private static final int MAX_FILE_BYTES = 8 * 1024;

  private final SecretFile file;
  private final KdfCost cost;
  private final RandomSource random;

  Keystore(Path path, KdfCost cost, RandomSource random) {
    this.file = new SecretFile(requireNonNull(path, "path"));
    this.cost = requireNonNull(cost, "cost");
    this.random = random;
  }

  /** The keystore at this path, which need not exist; writes with {@link KdfCost#recommended}. */
  public static Keystore at(Path path) {
    return at(path, KdfCost.recommended());
  }

  /** The keystore at this path, which need not exist; writes with this cost. */
  public static Keystore at(Path path, KdfCost cost) {
    return new Keystore(path, cost, RandomSource.system());
  }

  /**
   * Generates an English mnemonic, stores it in a new file and returns its phrase, to be shown
   * once; the caller closes it.
   *
   * @param words 12, 15, 18, 21 or 24
   * @throws VaultException of kind {@code MNEMONIC} for any other count
   * @throws KeystoreException {@code ALREADY_EXISTS}, {@code BAD_PASSWORD}, {@code OUT_OF_MEMORY},
   *     {@code IO}
   */
  public SecretChars init(int words, char[] password) {
    requireNonNull(password, "password");
    file.requireAbsent();
    try (Mnemonic mnemonic = Mnemonic.generate(words);
        SecretChars phrase = mnemonic.phrase()) {
      create(phrase, password);
      return mnemonic.phrase();
    }
  }

  /**
   * Stores an existing English phrase in a new file.
   *
   * @throws VaultException of kind {@code MNEMONIC} if the phrase is not acceptable
   * @throws KeystoreException {@code ALREADY_EXISTS}, {@code BAD_PASSWORD}, {@code OUT_OF_MEMORY},
   *     {@code IO}
   */
  public void importPhrase(char[] phrase, char[] password) {
    requireNonNull(password, "password");
    file.requireAbsent();
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(phrase, Language.ENGLISH);
        SecretChars canonical = mnemonic.phrase()) {
      create(canonical, password);
    }
  }

  /**
   * Encrypts the same mnemonic under another password, with fresh salt and nonce and this object's
   * cost, and replaces the file in one step.
   *
   * @throws KeystoreException as {@link #open}; {@code BAD_PASSWORD} for the new password; the old
   *     file is then unchanged, except that {@code IO} may also mean that the new one is in place
   *     but could not be made to survive a power cut
   */
  public void changePassword(char[] oldPassword, char[] newPassword) {
    requireNonNull(newPassword, "newPassword");
    byte[] entropy = readEntropy(oldPassword);
    try {
      file.replace(bytes(KeystoreCipher.seal(entropy, newPassword, cost, random)));
    } finally {
      Secrets.wipe(entropy);
    }
  }

  /**
   * The stored phrase; the caller closes it. Whoever shows it asks for explicit confirmation first.
   *
   * @throws KeystoreException as {@link #open}
   */
  public SecretChars exportPhrase(char[] password) {
    try (Mnemonic mnemonic = open(password)) {
      return mnemonic.phrase();
    }
  }

  /**
   * Opens the file and returns nothing but the fingerprint of the identity it leads to.
   *
   * @param passphrase the BIP-39 passphrase; null and empty mean the same: none
   * @throws KeystoreException as {@link #open}
   */
  public String check(char[] password, char @Nullable [] passphrase) {
    try (Mnemonic mnemonic = open(password);
        Seed seed = mnemonic.toSeed(passphrase);
        ExtendedPrivateKey identity = Slip10Ed25519.derive(seed, KeyPaths.IDENTITY)) {
      return KeyEncodings.fingerprint(identity.publicKey());
    }
  }

  /**
   * The stored mnemonic; the caller closes it.
   *
   * @throws KeystoreException {@code CANNOT_OPEN}, with one message, for a wrong password, a
   *     damaged file and parameters outside the limits; {@code NOT_FOUND}; {@code UNSAFE_FILE} if
   *     the file is not regular, not the user's own or open to others; {@code OUT_OF_MEMORY};
   *     {@code IO}
   */
  public Mnemonic open(char[] password) {
    byte[] entropy = readEntropy(password);
    char[] phrase = new char[0];
    try {
      phrase = Bip39Codec.encode(entropy);
      return Mnemonic.fromPhrase(phrase, Language.ENGLISH);
    } finally {
      Secrets.wipe(entropy);
      Secrets.wipe(phrase);
    }
  }

  /**
   * Unlocks the vault with the stored mnemonic.
   *
   * @param passphrase the BIP-39 passphrase; null and empty mean the same: none
   * @throws KeystoreException as {@link #open}
   * @throws VaultException of kind {@code ALREADY_UNLOCKED}
   */
  public void unlock(VaultServiceHandle vault, char[] password, char @Nullable [] passphrase) {
    requireNonNull(vault, "vault");
    try (SecretChars phrase = exportPhrase(password)) {
      char[] words = phrase.copyChars();
      try {
        vault.unlock(words, passphrase);
      } finally {
        Secrets.wipe(words);
      }
    }
  }

  private void create(SecretChars canonicalPhrase, char[] password) {
    byte[] entropy = canonicalPhrase.useChars(Keystore::entropyOf);
    try {
      file.create(bytes(KeystoreCipher.seal(entropy, password, cost, random)));
    } finally {
      Secrets.wipe(entropy);
    }
  }

  private byte[] readEntropy(char[] password) {
    requireNonNull(password, "password");
    byte[] content = file.read(MAX_FILE_BYTES);
    try {
      KeystoreForm form = KeystoreForm.parse(Secrets.decodeUtf8ToString(content));
      return KeystoreCipher.open(form, password);
    } catch (CharacterCodingException e) {
      throw KeystoreException.cannotOpen();
    }
  }

  private static byte[] bytes(KeystoreForm form) {
    return form.toJson().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] entropyOf(char[] canonicalPhrase) {
    try {
      return Bip39Codec.decode(canonicalPhrase, new byte[Bip39Codec.WORKSPACE_BYTES]);
    } catch (MalformedPhraseException e) {
      throw new IllegalStateException("a checked mnemonic is well formed", e);
    }
  }
}
