package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import javax.security.auth.Destroyable;
import org.alknet.vault.internal.HeapSecret;
import org.alknet.vault.internal.Secrets;

/**
 * One key of the tree, independent of the vault it came from and of every other copy.
 *
 * <p>Thread-safe. The holder closes it; type and public key stay readable afterwards. The private
 * key is redacted in every text form, cannot be serialised, and has no equality. Never put one into
 * a call payload. Specification: {@code spec/vault.md §8}.
 */
public final class DerivedKey implements AutoCloseable, Destroyable {
  /** Bytes of every private key. */
  public static final int PRIVATE_KEY_BYTES = 32;

  static final String REDACTED = "[REDACTED]";

  private final KeyType type;
  private final HeapSecret privateKey;
  private final byte[] publicKey;

  private DerivedKey(KeyType type, HeapSecret privateKey, byte[] publicKey) {
    this.type = type;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Takes the private key array over. */
  static DerivedKey owning(KeyType type, byte[] privateKey, byte[] publicKey) {
    return new DerivedKey(type, HeapSecret.owning(privateKey), publicKey.clone());
  }

  /** What the key is for. */
  public KeyType keyType() {
    return type;
  }

  /**
   * A copy of the 32 private bytes, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the key was wiped
   */
  public byte[] copyPrivateKey() {
    return privateKey.copy();
  }

  /**
   * Hands a copy of the private bytes to the function on the calling thread and wipes the copy
   * afterwards.
   *
   * @throws IllegalStateException if the key was wiped
   */
  public <T> T usePrivateKey(Function<byte[], T> use) {
    requireNonNull(use, "use");
    byte[] copy = privateKey.copy();
    try {
      return use.apply(copy);
    } finally {
      Secrets.wipe(copy);
    }
  }

  /** A copy of the public key: 32 bytes, 33 bytes, or none, see {@link KeyType}. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The JSON form, private key redacted, public key as an array of unsigned byte values. */
  public String toJson() {
    StringBuilder out = new StringBuilder("{\"key_type\":\"").append(type.wireName());
    out.append("\",\"private_key\":\"").append(REDACTED).append("\",\"public_key\":[");
    for (int i = 0; i < publicKey.length; i++) {
      out.append(i == 0 ? "" : ",").append(publicKey[i] & 0xff);
    }
    return out.append("]}").toString();
  }

  /** Overwrites the private key with zeros; later calls do nothing. */
  @Override
  public void close() {
    privateKey.close();
  }

  /** Overwrites the private key with zeros; later calls do nothing. */
  @Override
  public void destroy() {
    privateKey.close();
  }

  @Override
  public boolean isDestroyed() {
    return privateKey.isWiped();
  }

  @Override
  public String toString() {
    return "DerivedKey" + toJson();
  }

  /** The array behind the private key, for tests that look for zeros. */
  byte[] backingPrivateKey() {
    return privateKey.backingArray();
  }
}
