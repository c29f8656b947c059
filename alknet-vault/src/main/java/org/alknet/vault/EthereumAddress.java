package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/**
 * The address of a secp256k1 public key, in the checksum case of EIP-55.
 *
 * <p>Immutable. Specification: {@code spec/vault.md §7}.
 */
public final class EthereumAddress {
  private static final int ADDRESS_BYTES = 20;

  private final String text;

  private EthereumAddress(String text) {
    this.text = text;
  }

  /**
   * The last 20 bytes of the Keccak-256 digest of the point's coordinates.
   *
   * @param publicKey 33 bytes compressed or 65 uncompressed
   * @throws VaultException of kind {@code DERIVATION} if the bytes are not a point of the curve
   */
  public static EthereumAddress fromPublicKey(byte[] publicKey) {
    requireNonNull(publicKey, "publicKey");
    byte[] point = uncompressed(publicKey);
    byte[] digest = keccak256(Arrays.copyOfRange(point, 1, point.length));
    byte[] address = Arrays.copyOfRange(digest, digest.length - ADDRESS_BYTES, digest.length);
    return new EthereumAddress("0x" + checksumCase(HexFormat.of().formatHex(address)));
  }

  private static byte[] uncompressed(byte[] publicKey) {
    if (publicKey.length != 33 && publicKey.length != 65) {
      throw VaultException.derivation(
          "a secp256k1 public key has 33 or 65 bytes, got " + publicKey.length);
    }
    try {
      return CustomNamedCurves.getByName("secp256k1")
          .getCurve()
          .decodePoint(publicKey)
          .getEncoded(false);
    } catch (IllegalArgumentException e) {
      // The library's way to say so.
      throw VaultException.derivation("the bytes are not a point of secp256k1");
    }
  }

  // EIP-55: a letter is upper case if the digest of the lower-case text has a digit of 8 or more.
  private static String checksumCase(String lower) {
    byte[] digest = keccak256(lower.getBytes(StandardCharsets.US_ASCII));
    String digits = HexFormat.of().formatHex(digest);
    StringBuilder out = new StringBuilder(lower.length());
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      out.append(digits.charAt(i) >= '8' ? Character.toUpperCase(c) : c);
    }
    return out.toString();
  }

  private static byte[] keccak256(byte[] input) {
    KeccakDigest keccak = new KeccakDigest(256);
    keccak.update(input, 0, input.length);
    byte[] digest = new byte[keccak.getDigestSize()];
    keccak.doFinal(digest, 0);
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EthereumAddress that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** {@code 0x} and 40 hexadecimal digits. */
  @Override
  public String toString() {
    return text;
  }
}
