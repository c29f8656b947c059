package org.alknet.vault.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The English word list of BIP-39: 2 048 words in alphabetical order.
 *
 * <p>Immutable. The file is checked against its published digest when the class is loaded, because
 * copies with other bytes are in circulation.
 */
public final class EnglishWords {
  /** Number of words; one word carries 11 bits. */
  public static final int COUNT = 2048;

  static final String SHA_256 = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda";

  private static final List<String> WORDS = load();

  private EnglishWords() {}

  /** The word with this index, 0 … 2047. */
  public static String word(int index) {
    return WORDS.get(index);
  }

  /** The index of the word spelled by {@code text[from, to)}, or -1 if it is not in the list. */
  public static int indexOf(char[] text, int from, int to) {
    // Searched in place: looking the word up by name would leave a string of it behind.
    int low = 0;
    int high = COUNT - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(WORDS.get(middle), text, from, to);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  static byte[] readFile() {
    try (InputStream in = EnglishWords.class.getResourceAsStream("english.txt")) {
      if (in == null) {
        throw new IllegalStateException("the English word list is missing from the module");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the English word list cannot be read", e);
    }
  }

  static List<String> parse(byte[] file) {
    if (!sha256(file).equals(SHA_256)) {
      throw new IllegalStateException("the English word list differs from the published one");
    }
    return new String(file, StandardCharsets.US_ASCII).lines().toList();
  }

  private static List<String> load() {
    return parse(readFile());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static int compare(String word, char[] text, int from, int to) {
    int shared = Math.min(word.length(), to - from);
    for (int i = 0; i < shared; i++) {
      int difference = word.charAt(i) - text[from + i];
      if (difference != 0) {
        return difference;
      }
    }
    return word.length() - (to - from);
  }
}
