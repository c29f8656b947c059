package org.alknet.vault.internal;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import javax.crypto.SecretKey;

/**
 * An AES key for the JDK's ciphers that can be wiped; the JDK's own key class cannot.
 *
 * <p>Confined to the call that created it.
 */
@SuppressWarnings("serial") // SecretKey is serialisable; this one refuses
final class WipeableAesKey implements SecretKey {
  private final transient byte[] bytes;
  private transient boolean destroyed;

  WipeableAesKey(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    return bytes.clone();
  }

  @Override
  public void destroy() {
    destroyed = true;
    Secrets.wipe(bytes);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "WipeableAesKey[REDACTED]";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key is never serialised");
  }
}
