package org.alknet.vault.internal;

/**
 * Secret bytes in an array of their own.
 *
 * <p>Thread-safe.
 */
public final class HeapSecret implements SecretStore {
  private final byte[] bytes;
  private boolean wiped;

  private HeapSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Keeps a copy of the bytes. */
  public static HeapSecret copyOf(byte[] bytes) {
    return new HeapSecret(bytes.clone());
  }

  /** Keeps the array itself; the caller gives it up. */
  public static HeapSecret owning(byte[] bytes) {
    return new HeapSecret(bytes);
  }

  @Override
  public int length() {
    return bytes.length;
  }

  @Override
  public synchronized byte[] copy() {
    if (wiped) {
      throw new IllegalStateException("the secret was destroyed");
    }
    return bytes.clone();
  }

  @Override
  public synchronized boolean isWiped() {
    return wiped;
  }

  @Override
  public synchronized void close() {
    wiped = true;
    Secrets.wipe(bytes);
  }

  /** The array behind this object, for tests that look for zeros. */
  public byte[] backingArray() {
    return bytes;
  }
}
