package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A path from the master key to one key: {@code m/74'/0'/0'/0'}.
 *
 * <p>Immutable. Equality is by canonical text, so {@code 0h} equals {@code 0'}. Specification:
 * {@code spec/vault.md §5.1}.
 */
public final class DerivationPath {
  /** Added to an index written with {@code '} or {@code h}. */
  public static final long HARDENED = 0x8000_0000L;

  /** The most indices a path may have: BIP-32 counts the depth of a key in one byte. */
  public static final int MAX_DEPTH = 255;

  private static final long MAX_INDEX = HARDENED - 1;

  private final int[] indices;
  private final String text;

  private DerivationPath(int[] indices) {
    this.indices = indices;
    this.text = canonicalText(indices);
  }

  /**
   * Reads {@code m *( "/" index )}: decimal digits without sign or leading zero, 0 … 2147483647,
   * then optionally one {@code '} or {@code h}.
   *
   * @throws VaultException of kind {@code INVALID_PATH} for anything else, or for more than 255
   *     indices; the message names a position and never repeats the text
   */
  public static DerivationPath parse(String text) {
    requireNonNull(text, "text");
    if (!text.startsWith("m")) {
      throw VaultException.invalidPath("a path starts with m");
    }
    int[] parsed = new int[MAX_DEPTH];
    int depth = 0;
    int position = 1;
    while (position < text.length()) {
      if (text.charAt(position) != '/') {
        throw VaultException.invalidPath("expected / at position " + position);
      }
      if (depth == MAX_DEPTH) {
        throw VaultException.invalidPath("more than " + MAX_DEPTH + " indices");
      }
      int end = endOfDigits(text, position + 1);
      long index = parseIndex(text, position + 1, end);
      boolean hardened = end < text.length() && isMark(text.charAt(end));
      parsed[depth++] = (int) (hardened ? index + HARDENED : index);
      position = hardened ? end + 1 : end;
    }
    return new DerivationPath(Arrays.copyOf(parsed, depth));
  }

  /** The path that adds one hardened index below this one. */
  DerivationPath hardenedChild(long index) {
    if (index < 0 || index > MAX_INDEX) {
      throw VaultException.invalidPath("an index is 0 to 2147483647, got " + index);
    }
    int[] longer = Arrays.copyOf(indices, indices.length + 1);
    longer[indices.length] = (int) (index + HARDENED);
    return new DerivationPath(longer);
  }

  /** The number of indices; 0 for the master key. */
  public int depth() {
    return indices.length;
  }

  /**
   * The indices as unsigned 32-bit values, the hardened bit included; the caller owns the array.
   */
  public long[] indices() {
    return Arrays.stream(indices).mapToLong(Integer::toUnsignedLong).toArray();
  }

  /** Whether every index is hardened, as SLIP-0010 demands for Ed25519. */
  public boolean isFullyHardened() {
    return Arrays.stream(indices).allMatch(index -> index < 0);
  }

  /** Whether this path is the other one or lies below it. */
  public boolean startsWith(DerivationPath prefix) {
    int shared = prefix.indices.length;
    return shared <= indices.length && Arrays.equals(indices, 0, shared, prefix.indices, 0, shared);
  }

  /** The index at a depth as the 32 bits that enter the derivation. */
  int rawIndex(int depth) {
    return indices[depth];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DerivationPath that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The canonical text, hardened indices marked with {@code '}. */
  @Override
  public String toString() {
    return text;
  }

  private static String canonicalText(int[] indices) {
    StringBuilder out = new StringBuilder("m");
    for (int index : indices) {
      out.append('/').append(index & MAX_INDEX);
      if (index < 0) {
        out.append('\'');
      }
    }
    return out.toString();
  }

  // Written by hand: Integer.parseInt takes a sign and the digits of every script.
  private static long parseIndex(String text, int from, int to) {
    if (from == to) {
      throw VaultException.invalidPath("expected a digit at position " + from);
    }
    if (text.charAt(from) == '0' && to - from > 1) {
      throw VaultException.invalidPath("leading zero at position " + from);
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (text.charAt(i) - '0');
      if (value > MAX_INDEX) {
        throw VaultException.invalidPath("index above 2147483647 at position " + from);
      }
    }
    return value;
  }

  private static int endOfDigits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  private static boolean isMark(char c) {
    return c == '\'' || c == 'h';
  }
}
