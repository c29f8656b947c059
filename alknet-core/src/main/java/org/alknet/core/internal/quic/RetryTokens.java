package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Address validation with Retry packets (RFC 9000 section 8.1.2). A token says "we saw this
 * original connection id from this address at this time" and proves with a MAC that we said so. It
 * is good for one connection: from anywhere else, after its lifetime, or a second time, it is
 * worthless.
 *
 * <pre>
 *   1 byte version | 8 bytes issue time (ns) | 32 bytes HMAC-SHA-256 | original connection id
 * </pre>
 *
 * <p>Keys are random, belong to the process and rotate; tokens of the key before are still good.
 *
 * <p>Confined to the event loop of its listener.
 */
final class RetryTokens implements QuicTokenHandler {
  private static final byte VERSION = 1;
  private static final int MAC_BYTES = 32;
  private static final int MAC_AT = 1 + Long.BYTES;
  private static final int CONNECTION_ID_AT = MAC_AT + MAC_BYTES;
  private static final int MAX_CONNECTION_ID_BYTES = 20;

  /** Beyond this the oldest may be used again within its lifetime, which costs one handshake. */
  private static final int MAX_REMEMBERED = 65_536;

  private static final long LIFETIME_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long KEY_NANOS = Duration.ofHours(1).toNanos();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BooleanSupplier required;
  private final LongSupplier nanoTime;
  private Mac current;
  private @Nullable Mac previous;
  private long rotatedAt;

  /** MACs of tokens that were used, with the time; oldest first. */
  private final Map<ByteBuffer, Long> used = new LinkedHashMap<>();

  /**
   * Creates the handler of one listener.
   *
   * @param required asked for each first packet without a token
   * @param nanoTime monotonic clock
   */
  RetryTokens(BooleanSupplier required, LongSupplier nanoTime) {
    this.required = required;
    this.nanoTime = nanoTime;
    this.current = newKey();
    this.rotatedAt = nanoTime.getAsLong();
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf originalId, InetSocketAddress address) {
    if (!required.getAsBoolean() || originalId.readableBytes() > MAX_CONNECTION_ID_BYTES) {
      return false;
    }
    rotateIfDue();
    long issued = nanoTime.getAsLong();
    byte[] id = new byte[originalId.readableBytes()];
    originalId.getBytes(originalId.readerIndex(), id);
    out.writeByte(VERSION);
    out.writeLong(issued);
    out.writeBytes(mac(current, issued, id, address));
    out.writeBytes(id);
    return true;
  }

  @Override
  public TokenValidationResult validateToken(
      ByteBuf token, InetSocketAddress address, ByteBuf destinationId) {
    int length = token.readableBytes() - CONNECTION_ID_AT;
    int at = token.readerIndex();
    if (length < 0
        || length > MAX_CONNECTION_ID_BYTES
        || token.getByte(at) != VERSION
        // Whoever obeys a Retry packet addresses the id that was in it, and ours have full length.
        || destinationId.readableBytes() != MAX_CONNECTION_ID_BYTES) {
      return TokenValidationResult.invalidToken();
    }
    long issued = token.getLong(at + 1);
    long age = nanoTime.getAsLong() - issued;
    byte[] claimed = new byte[MAC_BYTES];
    token.getBytes(at + MAC_AT, claimed);
    byte[] id = new byte[length];
    token.getBytes(at + CONNECTION_ID_AT, id);
    rotateIfDue();
    boolean ours = MessageDigest.isEqual(claimed, mac(current, issued, id, address));
    if (previous != null) {
      ours |= MessageDigest.isEqual(claimed, mac(previous, issued, id, address));
    }
    return ours && age >= 0 && age <= LIFETIME_NANOS && firstUse(claimed)
        ? TokenValidationResult.odcidFromToken(CONNECTION_ID_AT)
        : TokenValidationResult.invalidToken();
  }

  /** The form without a connection id, which the codec does not call any more: accepts nothing. */
  @Override
  public int validateToken(ByteBuf token, InetSocketAddress address) {
    return -1;
  }

  @Override
  public int maxTokenLength() {
    return CONNECTION_ID_AT + MAX_CONNECTION_ID_BYTES;
  }

  private boolean firstUse(byte[] mac) {
    long now = nanoTime.getAsLong();
    Iterator<Long> times = used.values().iterator();
    while (times.hasNext()
        && (now - times.next() > LIFETIME_NANOS || used.size() >= MAX_REMEMBERED)) {
      times.remove();
    }
    return used.putIfAbsent(ByteBuffer.wrap(mac), now) == null;
  }

  private void rotateIfDue() {
    long now = nanoTime.getAsLong();
    if (now - rotatedAt >= KEY_NANOS) {
      // After a long silence the key before is as stale as the tokens made with it.
      previous = now - rotatedAt < 2 * KEY_NANOS ? current : null;
      current = newKey();
      rotatedAt = now;
    }
  }

  private static byte[] mac(Mac mac, long issued, byte[] id, InetSocketAddress address) {
    mac.update(VERSION);
    mac.update(ByteBuffer.allocate(Long.BYTES).putLong(issued).array());
    mac.update((byte) id.length);
    mac.update(id);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(address.getPort()).array());
    return mac.doFinal(address.getAddress().getAddress());
  }

  private static Mac newKey() {
    byte[] key = new byte[MAC_BYTES];
    RANDOM.nextBytes(key);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError("every JDK has HmacSHA256", impossible);
    }
  }
}
