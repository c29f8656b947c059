package org.alknet.vault.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Entropy to English words and back (BIP-39).
 *
 * <p>A phrase of w words holds 11·w bits: entropy, then the first ENT/32 bits of its SHA-256.
 * Thread-safe.
 */
public final class Bip39Codec {
  /** Bytes that hold the 264 bits of the longest phrase. */
  public static final int WORKSPACE_BYTES = 33;

  private static final int BITS_PER_WORD = 11;

  private Bip39Codec() {}

  /** Whether a phrase may have this many words: 12, 15, 18, 21 or 24. */
  public static boolean isWordCount(int words) {
    return words >= 12 && words <= 24 && words % 3 == 0;
  }

  /** Bytes of entropy behind a phrase of so many words. */
  public static int entropyBytes(int words) {
    return words / 3 * 4;
  }

  /** Whether entropy may have this many bytes: 16, 20, 24, 28 or 32. */
  public static boolean isEntropyLength(int bytes) {
    return bytes >= 16 && bytes <= 32 && bytes % 4 == 0;
  }

  /** The canonical phrase, words joined by one space; the caller owns it. */
  public static char[] encode(byte[] entropy) {
    if (!isEntropyLength(entropy.length)) {
      throw new IllegalArgumentException(
          "entropy has 16, 20, 24, 28 or 32 bytes, got " + entropy.length);
    }
    int words = entropy.length / 4 * 3;
    byte[] bits = new byte[WORKSPACE_BYTES];
    byte[] digest = sha256(entropy);
    char[] buffer = new char[words * 9];
    try {
      System.arraycopy(entropy, 0, bits, 0, entropy.length);
      bits[entropy.length] = digest[0];
      int length = 0;
      for (int i = 0; i < words; i++) {
        String word = EnglishWords.word(readWord(bits, i));
        if (i > 0) {
          buffer[length++] = ' ';
        }
        word.getChars(0, word.length(), buffer, length);
        length += word.length();
      }
      char[] phrase = new char[length];
      System.arraycopy(buffer, 0, phrase, 0, length);
      return phrase;
    } finally {
      Secrets.wipe(bits, digest);
      Secrets.wipe(buffer);
    }
  }

  /**
   * The entropy behind a phrase in normalisation form KD; the caller owns it.
   *
   * @param workspace at least {@link #WORKSPACE_BYTES} zero bytes for the work; zero again
   *     afterwards, whatever the outcome
   * @throws MalformedPhraseException for a wrong number of words, an unknown word or a wrong
   *     checksum, checked in this order
   */
  public static byte[] decode(char[] phrase, byte[] workspace) throws MalformedPhraseException {
    int words = countWords(phrase);
    if (!isWordCount(words)) {
      throw new MalformedPhraseException("expected 12, 15, 18, 21 or 24 words, got " + words);
    }
    try {
      readWords(phrase, workspace);
      int length = entropyBytes(words);
      byte[] entropy = new byte[length];
      System.arraycopy(workspace, 0, entropy, 0, length);
      if (!checksumMatches(entropy, workspace[length], words / 3)) {
        Secrets.wipe(entropy);
        throw new MalformedPhraseException("the checksum does not match");
      }
      return entropy;
    } finally {
      Secrets.wipe(workspace);
    }
  }

  private static void readWords(char[] phrase, byte[] bits) throws MalformedPhraseException {
    int word = 0;
    int from = nextWord(phrase, 0);
    while (from < phrase.length) {
      int to = endOfWord(phrase, from);
      int index = EnglishWords.indexOf(phrase, from, to);
      if (index < 0) {
        throw new MalformedPhraseException(
            "word " + (word + 1) + " is not in the English word list");
      }
      writeWord(bits, word++, index);
      from = nextWord(phrase, to);
    }
  }

  private static boolean checksumMatches(byte[] entropy, byte checksum, int checksumBits) {
    byte[] digest = sha256(entropy);
    try {
      return ((digest[0] ^ checksum) & 0xff) >>> (8 - checksumBits) == 0;
    } finally {
      Secrets.wipe(digest);
    }
  }

  private static int readWord(byte[] bits, int word) {
    int value = 0;
    for (int i = word * BITS_PER_WORD; i < (word + 1) * BITS_PER_WORD; i++) {
      value = value << 1 | (bits[i >>> 3] >>> (7 - (i & 7)) & 1);
    }
    return value;
  }

  private static void writeWord(byte[] bits, int word, int value) {
    for (int k = 0; k < BITS_PER_WORD; k++) {
      int i = word * BITS_PER_WORD + k;
      int bit = value >>> (BITS_PER_WORD - 1 - k) & 1;
      bits[i >>> 3] |= (byte) (bit << (7 - (i & 7)));
    }
  }

  private static int countWords(char[] phrase) {
    int words = 0;
    int from = nextWord(phrase, 0);
    while (from < phrase.length) {
      words++;
      from = nextWord(phrase, endOfWord(phrase, from));
    }
    return words;
  }

  private static int nextWord(char[] phrase, int from) {
    int i = from;
    while (i < phrase.length && isSpace(phrase[i])) {
      i++;
    }
    return i;
  }

  private static int endOfWord(char[] phrase, int from) {
    int i = from;
    while (i < phrase.length && !isSpace(phrase[i])) {
      i++;
    }
    return i;
  }

  // Unicode's White_Space property. Character.isWhitespace leaves out U+0085 and the non-breaking
  // spaces and takes in U+001C…U+001F.
  private static boolean isSpace(char c) {
    return c == ' '
        || (c >= '\t' && c <= '\r')
        || c == '\u0085'
        || c == '\u00a0'
        || c == '\u1680'
        || (c >= '\u2000' && c <= '\u200a')
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u202f'
        || c == '\u205f'
        || c == '\u3000';
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
