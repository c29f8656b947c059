package org.alknet.core.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import javax.security.auth.Destroyable;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.internal.der.Ed25519Der;

/**
 * The secret key of a node: an Ed25519 seed (RFC 8032). Prints its type only, compares by identity,
 * and is wiped by {@link #destroy()}.
 *
 * <p>Thread-safe. Owns its own copy of the seed.
 */
public final class Ed25519SecretKey implements Destroyable {
  /** Bytes of a seed and of a public key. */
  public static final int BYTES = Ed25519Der.KEY_BYTES;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] seed;
  private final byte[] publicKey;

  @GuardedBy("this")
  private boolean destroyed;

  private Ed25519SecretKey(byte[] seed) {
    this.seed = seed;
    this.publicKey = derivePublicKey(seed);
  }

  /** Returns a new key from the system's secure random source. */
  public static Ed25519SecretKey generate() {
    byte[] seed = new byte[BYTES];
    RANDOM.nextBytes(seed);
    return new Ed25519SecretKey(seed);
  }

  /**
   * Returns the key of a seed, which is copied; the caller still wipes its own.
   *
   * @throws IllegalArgumentException if it has not 32 bytes
   */
  public static Ed25519SecretKey ofSeed(byte[] seed) {
    if (seed.length != BYTES) {
      throw new IllegalArgumentException(
          "an Ed25519 secret key has 32 bytes, this one has " + seed.length);
    }
    return new Ed25519SecretKey(seed.clone());
  }

  /**
   * Reveals a copy of the 32-byte seed, which the caller wipes.
   *
   * @throws IllegalStateException after {@link #destroy()}
   */
  public synchronized byte[] revealSeed() {
    if (destroyed) {
      throw new IllegalStateException("this key was destroyed");
    }
    return seed.clone();
  }

  /** Returns the 32-byte public key. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Returns {@code ed25519:} and the public key in hex. */
  public String fingerprint() {
    return Fingerprints.ofEd25519(publicKey);
  }

  /**
   * Returns the 64-byte signature over the message.
   *
   * @throws IllegalStateException after {@link #destroy()}
   */
  public byte[] sign(byte[] message) {
    byte[] seedCopy = revealSeed();
    byte[] pkcs8 = Ed25519Der.pkcs8(seedCopy);
    Arrays.fill(seedCopy, (byte) 0);
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every JDK from 17 on has Ed25519", impossible);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /** Overwrites the seed; best effort, the JVM may have copied it. */
  @Override
  public synchronized void destroy() {
    destroyed = true;
    Arrays.fill(seed, (byte) 0);
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "Ed25519SecretKey[REDACTED]";
  }

  /**
   * The JDK derives a public key only while generating a pair, so the generator is fed the seed.
   */
  private static byte[] derivePublicKey(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new FixedBytes(seed));
      EdECPublicKey key = (EdECPublicKey) generator.generateKeyPair().getPublic();
      byte[] spki = key.getEncoded();
      return Ed25519Der.publicKeyFromSpki(spki)
          .orElseThrow(() -> new AssertionError("the JDK encodes Ed25519 keys canonically"));
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every JDK from 17 on has Ed25519", impossible);
    }
  }

  /** A "random" source that hands out the seed, once. */
  private static final class FixedBytes extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient byte[] bytes;

    FixedBytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] into) {
      if (into.length != bytes.length) {
        throw new AssertionError("the generator asks for one seed of 32 bytes");
      }
      System.arraycopy(bytes, 0, into, 0, into.length);
    }
  }
}
