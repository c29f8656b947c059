package org.alknet.vault;

/** The {@code ser32} of BIP-32 and SLIP-0010. Thread-safe. */
final class BigEndian {
  private BigEndian() {}

  /** Writes four bytes, the most significant first. */
  static void put(int value, byte[] target, int offset) {
    target[offset] = (byte) (value >>> 24);
    target[offset + 1] = (byte) (value >>> 16);
    target[offset + 2] = (byte) (value >>> 8);
    target[offset + 3] = (byte) value;
  }
}
