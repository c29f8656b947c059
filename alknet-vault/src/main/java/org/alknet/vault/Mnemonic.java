package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import javax.security.auth.Destroyable;
import org.alknet.vault.internal.Bip39Codec;
import org.alknet.vault.internal.MalformedPhraseException;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * A checked BIP-39 mnemonic: 12, 15, 18, 21 or 24 words of a list, the last bits a checksum.
 *
 * <p>Thread-safe. Prints as {@code [REDACTED]}; has no equality; {@link #phrase()} is the only way
 * out. Specification: {@code spec/vault.md §4}.
 */
public final class Mnemonic implements AutoCloseable, Destroyable {
  private final SecretChars phrase;

  private Mnemonic(SecretChars phrase) {
    this.phrase = phrase;
  }

  /**
   * A new mnemonic of English words from the operating system's random generator.
   *
   * @param words 12, 15, 18, 21 or 24
   * @throws VaultException of kind {@code MNEMONIC} for any other count
   */
  public static Mnemonic generate(int words) {
    return generate(words, RandomSource.system());
  }

  static Mnemonic generate(int words, RandomSource random) {
    if (!Bip39Codec.isWordCount(words)) {
      throw VaultException.mnemonic("expected 12, 15, 18, 21 or 24 words, got " + words);
    }
    byte[] entropy = new byte[Bip39Codec.entropyBytes(words)];
    try {
      random.fill(entropy);
      return new Mnemonic(SecretChars.owning(Bip39Codec.encode(entropy)));
    } finally {
      Secrets.wipe(entropy);
    }
  }

  /**
   * Reads a phrase: normalisation form KD, split at any Unicode white space, then the number of
   * words, each word and the checksum are checked. Case matters and words are never abbreviated.
   *
   * @param phrase copied; stays the caller's
   * @throws VaultException of kind {@code MNEMONIC}; names the position of a bad word, never the
   *     word
   */
  public static Mnemonic fromPhrase(char[] phrase, Language language) {
    requireNonNull(phrase, "phrase");
    requireNonNull(language, "language");
    return fromNormalised(Secrets.nfkd(phrase), new byte[Bip39Codec.WORKSPACE_BYTES]);
  }

  /** Takes both arrays over and leaves them zero, whatever the outcome. */
  static Mnemonic fromNormalised(char[] normalised, byte[] workspace) {
    byte[] entropy = new byte[0];
    try {
      entropy = Bip39Codec.decode(normalised, workspace);
      return new Mnemonic(SecretChars.owning(Bip39Codec.encode(entropy)));
    } catch (MalformedPhraseException e) {
      throw VaultException.mnemonic(e.flaw());
    } finally {
      Secrets.wipe(normalised);
      Secrets.wipe(entropy);
    }
  }

  /**
   * The canonical phrase: lower-case words joined by one space. The caller closes the result.
   *
   * @throws IllegalStateException if the mnemonic was wiped
   */
  public SecretChars phrase() {
    return SecretChars.owning(phrase.copyChars());
  }

  /**
   * The 64-byte seed, which the caller closes.
   *
   * @param passphrase null and empty mean the same: none; every other text gives another seed
   * @throws VaultException of kind {@code MNEMONIC} if it holds an unpaired surrogate
   * @throws IllegalStateException if the mnemonic was wiped
   */
  public Seed toSeed(char @Nullable [] passphrase) {
    return phrase.useChars(words -> Bip39.seedFromSentence(words, passphrase));
  }

  /** Overwrites the phrase with zeros; later calls do nothing. */
  @Override
  public void close() {
    phrase.close();
  }

  /** Overwrites the phrase with zeros; later calls do nothing. */
  @Override
  public void destroy() {
    phrase.close();
  }

  @Override
  public boolean isDestroyed() {
    return phrase.isDestroyed();
  }

  @Override
  public String toString() {
    return "Mnemonic[REDACTED]";
  }

  /** The array behind this object, for tests that look for zeros. */
  char[] backingArray() {
    return phrase.backingArray();
  }
}
