package org.alknet.core.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicTokenHandler.TokenValidationResult;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A Retry token is worth one connection, to the address it was given to, for a moment. */
class RetryTokensTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 4000);
  private static final byte[] ORIGINAL_ID = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final byte[] RETRY_ID = new byte[20];

  private long now = -Duration.ofMinutes(1).toNanos();
  private boolean required = true;
  private final RetryTokens tokens = new RetryTokens(() -> required, () -> now);

  @Test
  void tokenReturnsTheOriginalIdToItsAddress() {
    byte[] token = issue();

    TokenValidationResult result =
        tokens.validateToken(
            Unpooled.wrappedBuffer(token), CLIENT, Unpooled.wrappedBuffer(RETRY_ID));

    assertThat(result.isValid()).isTrue();
    // What is left of a token behind our part is the id, which the codec cuts out.
    assertThat(java.util.Arrays.copyOfRange(token, token.length - ORIGINAL_ID.length, token.length))
        .isEqualTo(ORIGINAL_ID);
    assertThat(token).hasSizeLessThanOrEqualTo(tokens.maxTokenLength());
  }

  @Test
  void noTokenIsGivenWhenNoneIsRequired() {
    required = false;

    assertThat(write(Unpooled.buffer())).isFalse();
  }

  @Test
  void tokenIsGoodOnce() {
    byte[] token = issue();

    assertThat(accepts(token, CLIENT)).isTrue();
    assertThat(accepts(token, CLIENT)).isFalse();
  }

  @Test
  void tokenOfAnotherAddressOrPortIsWorthless() {
    assertThat(accepts(issue(), new InetSocketAddress("192.0.2.8", 4000))).isFalse();
    assertThat(accepts(issue(), new InetSocketAddress("192.0.2.7", 4001))).isFalse();
    assertThat(accepts(issue(), new InetSocketAddress("2001:db8::7", 4000))).isFalse();
  }

  @Test
  void tokenExpiresAfterFifteenSeconds() {
    byte[] token = issue();
    now += Duration.ofSeconds(15).toNanos();
    assertThat(accepts(token, CLIENT)).isTrue();

    byte[] late = issue();
    now += Duration.ofSeconds(15).toNanos() + 1;
    assertThat(accepts(late, CLIENT)).isFalse();
  }

  @Test
  void everyChangedBitMakesATokenWorthless() {
    byte[] token = issue();
    for (int bit = 0; bit < token.length * 8; bit++) {
      byte[] changed = token.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(accepts(changed, CLIENT)).as("bit " + bit).isFalse();
    }
    assertThat(accepts(token, CLIENT)).isTrue();
  }

  @Test
  void junkIsWorthless() {
    Random random = new Random(22);
    for (int length = 0; length < 200; length++) {
      byte[] junk = new byte[length];
      random.nextBytes(junk);
      if (length > 0) {
        junk[0] = 1;
      }
      assertThat(accepts(junk, CLIENT)).as(length + " bytes").isFalse();
    }
    byte[] cut = issue();
    assertThat(accepts(java.util.Arrays.copyOf(cut, cut.length - 1), CLIENT)).isFalse();
    assertThat(accepts(java.util.Arrays.copyOf(cut, cut.length + 1), CLIENT)).isFalse();
  }

  @Test
  void tokenOfAnotherProcessIsWorthless() {
    RetryTokens other = new RetryTokens(() -> true, () -> now);
    ByteBuf token = Unpooled.buffer();
    other.writeToken(token, Unpooled.wrappedBuffer(ORIGINAL_ID), CLIENT);

    assertThat(accepts(bytes(token), CLIENT)).isFalse();
  }

  @Test
  void tokenSurvivesOneChangeOfTheKeyAndNotTwo() {
    now += Duration.ofMinutes(60).toNanos() - Duration.ofSeconds(5).toNanos();
    byte[] token = issue();
    now += Duration.ofSeconds(10).toNanos();
    byte[] underTheNextKey = issue();

    assertThat(accepts(token, CLIENT)).isTrue();
    assertThat(accepts(underTheNextKey, CLIENT)).isTrue();
    now += Duration.ofHours(3).toNanos();
    assertThat(accepts(issue(), CLIENT)).isTrue();
  }

  @Test
  void tokenWithAnIdThatNoRetryNamedIsWorthless() {
    assertThat(
            tokens
                .validateToken(
                    Unpooled.wrappedBuffer(issue()), CLIENT, Unpooled.wrappedBuffer(new byte[8]))
                .isValid())
        .isFalse();
  }

  @Test
  @SuppressWarnings("deprecation") // what an older codec would call
  void theFormWithoutAnIdAcceptsNothing() {
    assertThat(tokens.validateToken(Unpooled.wrappedBuffer(issue()), CLIENT)).isNegative();
  }

  private byte[] issue() {
    now++; // tokens of one instant are one token
    ByteBuf out = Unpooled.buffer();
    assertThat(write(out)).isTrue();
    return bytes(out);
  }

  private boolean write(ByteBuf out) {
    return tokens.writeToken(out, Unpooled.wrappedBuffer(ORIGINAL_ID), CLIENT);
  }

  private boolean accepts(byte[] token, InetSocketAddress from) {
    return tokens
        .validateToken(Unpooled.wrappedBuffer(token), from, Unpooled.wrappedBuffer(RETRY_ID))
        .isValid();
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }
}
