package org.alknet.vault;

import org.alknet.vault.internal.HeapSecret;

/** The cache's own copy of a key. Confined to the cache's owner. */
final class CachedKey implements AutoCloseable {
  private final KeyType type;
  private final HeapSecret privateKey;
  private final byte[] publicKey;
  private final long derivedAtNanos;

  private CachedKey(KeyType type, HeapSecret privateKey, byte[] publicKey, long derivedAtNanos) {
    this.type = type;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.derivedAtNanos = derivedAtNanos;
  }

  static CachedKey copyOf(DerivedKey key, long nowNanos) {
    return new CachedKey(
        key.keyType(), HeapSecret.owning(key.copyPrivateKey()), key.publicKey(), nowNanos);
  }

  /** A fresh key that shares nothing with this one. */
  DerivedKey toDerivedKey() {
    return DerivedKey.owning(type, privateKey.copy(), publicKey);
  }

  boolean isOlderThan(long ttlNanos, long nowNanos) {
    // By difference: the monotonic clock may wrap around.
    return nowNanos - derivedAtNanos > ttlNanos;
  }

  @Override
  public void close() {
    privateKey.close();
  }

  @Override
  public String toString() {
    return "CachedKey[" + type.wireName() + ", [REDACTED]]";
  }

  /** The array behind the private key, for tests that look for zeros. */
  byte[] backingArray() {
    return privateKey.backingArray();
  }
}
