package org.alknet.call.wire;

/**
 * Checks that bytes are well-formed UTF-8 (RFC 3629) without a zero byte, piece by piece. The JSON
 * parser alone would accept overlong forms and would guess at UTF-16 when it sees zeros.
 *
 * <p>Not thread-safe.
 */
final class Utf8Check {
  private int missing;
  private int lowest;
  private int highest;

  /** Takes the next bytes; false as soon as they are not UTF-8. */
  boolean accept(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int b = bytes[i];
      if (missing == 0) {
        if (b > 0) {
          continue;
        }
        if (!lead(b & 0xff)) {
          return false;
        }
      } else {
        int next = b & 0xff;
        if (next < lowest || next > highest) {
          return false;
        }
        missing--;
        lowest = 0x80;
        highest = 0xbf;
      }
    }
    return true;
  }

  /** Whether no character is left unfinished. */
  boolean complete() {
    return missing == 0;
  }

  private boolean lead(int b) {
    lowest = 0x80;
    highest = 0xbf;
    if (b >= 0xc2 && b <= 0xdf) {
      missing = 1;
    } else if (b >= 0xe0 && b <= 0xef) {
      missing = 2;
      lowest = b == 0xe0 ? 0xa0 : 0x80;
      highest = b == 0xed ? 0x9f : 0xbf;
    } else if (b >= 0xf0 && b <= 0xf4) {
      missing = 3;
      lowest = b == 0xf0 ? 0x90 : 0x80;
      highest = b == 0xf4 ? 0x8f : 0xbf;
    } else {
      return false;
    }
    return true;
  }
}
