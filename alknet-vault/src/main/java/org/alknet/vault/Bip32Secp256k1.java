package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.alknet.vault.internal.HeapSecret;
import org.alknet.vault.internal.HmacSha512;
import org.alknet.vault.internal.Secrets;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * BIP-32 key derivation for secp256k1, hardened and unhardened.
 *
 * <p>The improbable invalid scalars are an error, as in BIP-32. Thread-safe. Specification: {@code
 * spec/vault.md §7}.
 */
public final class Bip32Secp256k1 {
  private static final byte[] MASTER_KEY = "Bitcoin seed".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private static final int PUBLIC_KEY_BYTES = 33;
  // The JDK dropped this curve in version 16.
  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");

  private Bip32Secp256k1() {}

  /**
   * The master key; the caller closes it.
   *
   * @param seed 16 to 64 bytes; stays the caller's
   * @throws VaultException of kind {@code DERIVATION} for another length or an invalid scalar
   */
  public static Secp256k1ExtendedPrivateKey master(byte[] seed) {
    return derive(seed, DerivationPath.parse("m"));
  }

  /**
   * The key at the path; the caller closes it.
   *
   * @throws VaultException of kind {@code DERIVATION} for an invalid scalar
   * @throws IllegalStateException if the seed was wiped
   */
  public static Secp256k1ExtendedPrivateKey derive(Seed seed, DerivationPath path) {
    byte[] bytes = requireNonNull(seed, "seed").copySeedBytes();
    try {
      return derive(bytes, path);
    } finally {
      Secrets.wipe(bytes);
    }
  }

  /**
   * The key at the path; the caller closes it.
   *
   * @param seed 16 to 64 bytes; stays the caller's
   * @throws VaultException of kind {@code DERIVATION} for another length or an invalid scalar
   */
  public static Secp256k1ExtendedPrivateKey derive(byte[] seed, DerivationPath path) {
    requireNonNull(seed, "seed");
    requireNonNull(path, "path");
    Seed.requireLength(seed);
    byte[] node = HmacSha512.of(MASTER_KEY, seed);
    try {
      requireScalar(node);
      for (int depth = 0; depth < path.depth(); depth++) {
        descend(node, path.rawIndex(depth));
      }
      byte[] privateKey = Arrays.copyOf(node, KEY_BYTES);
      byte[] chainCode = Arrays.copyOfRange(node, KEY_BYTES, node.length);
      return new Secp256k1ExtendedPrivateKey(
          HeapSecret.owning(privateKey), HeapSecret.owning(chainCode), publicKey(privateKey), path);
    } finally {
      Secrets.wipe(node);
    }
  }

  /** Compressed public key of the first 32 bytes. */
  static byte[] publicKey(byte[] privateKey) {
    return new FixedPointCombMultiplier()
        .multiply(CURVE.getG(), scalar(privateKey))
        .normalize()
        .getEncoded(true);
  }

  /** {@code parent + tweak mod n}, 32 bytes; the arithmetic of a child key. */
  static byte[] addScalars(byte[] tweak, byte[] parent) {
    BigInteger left = scalar(tweak);
    BigInteger sum = left.add(scalar(parent)).mod(CURVE.getN());
    if (left.compareTo(CURVE.getN()) >= 0 || sum.signum() == 0) {
      throw VaultException.derivation("no secp256k1 key exists at this index");
    }
    return unsigned32(sum);
  }

  /** Refuses zero and everything from the order of the group upwards. */
  static void requireScalar(byte[] privateKey) {
    BigInteger value = scalar(privateKey);
    if (value.signum() == 0 || value.compareTo(CURVE.getN()) >= 0) {
      throw VaultException.derivation("the seed gives no secp256k1 master key");
    }
  }

  private static void descend(byte[] node, int index) {
    byte[] data = new byte[PUBLIC_KEY_BYTES + 4];
    byte[] chainCode = Arrays.copyOfRange(node, KEY_BYTES, node.length);
    byte[] child = new byte[HmacSha512.LENGTH];
    byte[] sum = new byte[0];
    try (HmacSha512 hmac = new HmacSha512(chainCode)) {
      if (index < 0) {
        System.arraycopy(node, 0, data, 1, KEY_BYTES);
      } else {
        System.arraycopy(publicKey(node), 0, data, 0, PUBLIC_KEY_BYTES);
      }
      BigEndian.put(index, data, PUBLIC_KEY_BYTES);
      hmac.compute(data, child);
      sum = addScalars(child, node);
      System.arraycopy(sum, 0, node, 0, KEY_BYTES);
      System.arraycopy(child, KEY_BYTES, node, KEY_BYTES, KEY_BYTES);
    } finally {
      Secrets.wipe(data, chainCode, child, sum);
    }
  }

  private static BigInteger scalar(byte[] bytes) {
    return new BigInteger(1, bytes, 0, KEY_BYTES);
  }

  // BigInteger.toByteArray gives 31 bytes for a small value and 33 for one with its top bit set.
  private static byte[] unsigned32(BigInteger value) {
    byte[] encoded = value.toByteArray();
    byte[] padded = new byte[KEY_BYTES];
    int length = Math.min(encoded.length, KEY_BYTES);
    System.arraycopy(encoded, encoded.length - length, padded, KEY_BYTES - length, length);
    Secrets.wipe(encoded);
    return padded;
  }
}
