package org.alknet.vault.internal;

import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * HMAC-SHA512 (RFC 2104) whose key schedule is overwritten on close.
 *
 * <p>Not thread-safe.
 */
public final class HmacSha512 implements AutoCloseable {
  /** Bytes of one result. */
  public static final int LENGTH = 64;

  private final HMac mac = new HMac(new SHA512Digest());

  /** Keys the function; the array stays the caller's. */
  public HmacSha512(byte[] key) {
    rekey(key);
  }

  /** One result over one input; the caller owns it. */
  public static byte[] of(byte[] key, byte[] data) {
    try (HmacSha512 hmac = new HmacSha512(key)) {
      byte[] result = new byte[LENGTH];
      hmac.compute(data, result);
      return result;
    }
  }

  /** Writes the result over the input into {@code result}, which may be the input itself. */
  public void compute(byte[] data, byte[] result) {
    mac.update(data, 0, data.length);
    mac.doFinal(result, 0);
  }

  @Override
  public void close() {
    // A second key schedule over public bytes replaces the pads and chaining values of the first.
    rekey(new byte[LENGTH]);
  }

  private void rekey(byte[] key) {
    KeyParameter parameter = new KeyParameter(key);
    mac.init(parameter);
    Secrets.wipe(parameter.getKey());
  }
}
