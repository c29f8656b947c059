package org.alknet.vault.internal;

import java.nio.ByteBuffer;

/**
 * Secret bytes outside the heap, where no collector copies them: for the seed, the one secret that
 * lives as long as the vault is unlocked.
 *
 * <p>Thread-safe.
 */
public final class DirectSecret implements SecretStore {
  private final ByteBuffer memory;
  private boolean wiped;

  private DirectSecret(ByteBuffer memory) {
    this.memory = memory;
  }

  /** Keeps a copy of the bytes. */
  public static DirectSecret copyOf(byte[] bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes.length);
    memory.put(0, bytes);
    return new DirectSecret(memory);
  }

  @Override
  public int length() {
    return memory.capacity();
  }

  @Override
  public synchronized byte[] copy() {
    if (wiped) {
      throw new IllegalStateException("the secret was destroyed");
    }
    byte[] copy = new byte[memory.capacity()];
    memory.get(0, copy);
    return copy;
  }

  @Override
  public synchronized boolean isWiped() {
    return wiped;
  }

  @Override
  public synchronized void close() {
    wiped = true;
    memory.put(0, new byte[memory.capacity()]);
  }

  /** The memory behind this object, for tests that look for zeros. */
  public byte[] peekMemory() {
    byte[] copy = new byte[memory.capacity()];
    memory.get(0, copy);
    return copy;
  }
}
