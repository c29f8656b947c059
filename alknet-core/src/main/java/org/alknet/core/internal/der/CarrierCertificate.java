package org.alknet.core.internal.der;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The certificate that carries a raw Ed25519 key through a TLS stack that only knows X.509
 * (spec/core.md section 10.4). It is a pure function of the key: built by concatenation, recognised
 * by comparison. Nothing in it but the key means anything.
 *
 * <pre>
 *   3081e0 | to-be-signed: 118 constant bytes + 32 key bytes | 300506032b6570034100 | 64-byte signature
 * </pre>
 */
public final class CarrierCertificate {
  private static final byte[] HEAD = HexFormat.of().parseHex("3081e0");
  private static final byte[] TBS_PREFIX =
      HexFormat.of()
          .parseHex(
              "308193a003020102020101300506032b657030193117301506035504030c0e616c6b6e65742d7261772d6b6579"
                  + "3020170d3730303130313030303030305a180f39393939313233313233353935395a30193117301506035504030c0e"
                  + "616c6b6e65742d7261772d6b6579302a300506032b6570032100");
  private static final byte[] SIGNATURE_PREFIX = HexFormat.of().parseHex("300506032b6570034100");
  private static final int TBS_BYTES = TBS_PREFIX.length + Ed25519Der.KEY_BYTES;
  private static final int SIGNATURE_BYTES = 64;

  /** Length of every carrier. */
  public static final int BYTES =
      HEAD.length + TBS_BYTES + SIGNATURE_PREFIX.length + SIGNATURE_BYTES;

  private CarrierCertificate() {}

  /**
   * Makes the 64-byte Ed25519 signature over a message.
   *
   * @param <E> how it fails
   */
  @FunctionalInterface
  public interface Ed25519Signature<E extends Exception> {
    /** Signs. */
    byte[] over(byte[] message) throws E;
  }

  /**
   * Builds the carrier of a key.
   *
   * @param publicKey 32 bytes
   * @param sign signs under that key
   * @throws E if that cannot sign
   */
  public static <E extends Exception> byte[] build(byte[] publicKey, Ed25519Signature<E> sign)
      throws E {
    if (publicKey.length != Ed25519Der.KEY_BYTES) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
    }
    byte[] tbs = Arrays.copyOf(TBS_PREFIX, TBS_BYTES);
    System.arraycopy(publicKey, 0, tbs, TBS_PREFIX.length, publicKey.length);
    byte[] signature = sign.over(tbs.clone());
    if (signature.length != SIGNATURE_BYTES) {
      throw new IllegalArgumentException("an Ed25519 signature has 64 bytes");
    }
    byte[] der = new byte[BYTES];
    int at = put(der, 0, HEAD);
    at = put(der, at, tbs);
    at = put(der, at, SIGNATURE_PREFIX);
    put(der, at, signature);
    return der;
  }

  /**
   * Returns the key if these bytes are exactly a carrier whose own signature verifies; empty for
   * any other certificate and any other bytes.
   */
  public static Optional<byte[]> recognise(byte[] der) {
    if (der.length != BYTES
        || !matches(der, 0, HEAD)
        || !matches(der, HEAD.length, TBS_PREFIX)
        || !matches(der, HEAD.length + TBS_BYTES, SIGNATURE_PREFIX)) {
      return Optional.empty();
    }
    int keyAt = HEAD.length + TBS_PREFIX.length;
    byte[] publicKey = Arrays.copyOfRange(der, keyAt, keyAt + Ed25519Der.KEY_BYTES);
    byte[] tbs = Arrays.copyOfRange(der, HEAD.length, HEAD.length + TBS_BYTES);
    byte[] signature = Arrays.copyOfRange(der, BYTES - SIGNATURE_BYTES, BYTES);
    return verifies(publicKey, tbs, signature) ? Optional.of(publicKey) : Optional.empty();
  }

  private static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(Ed25519Der.spki(publicKey))));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException malformed) {
      // A point that is no key, or a signature of no valid form: not a carrier, whatever it is.
      return false;
    }
  }

  private static boolean matches(byte[] der, int at, byte[] expected) {
    return Arrays.equals(der, at, at + expected.length, expected, 0, expected.length);
  }

  private static int put(byte[] into, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, into, at, bytes.length);
    return at + bytes.length;
  }
}
