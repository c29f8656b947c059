package org.alknet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.alknet.call.connection.CallLimits;
import org.junit.jupiter.api.Test;

/** The limits a server has unless it is told otherwise (spec/http.md section 17). */
class HttpLimitsTest {
  private static final int MIB = 1 << 20;

  @Test
  void theDefaultsAreThoseOfTheSpecification() {
    HttpLimits limits = HttpLimits.defaults();

    assertThat(limits.maxBodyBytes()).isEqualTo(2 * MIB);
    assertThat(limits.maxMessageBytes()).isEqualTo(64 * MIB);
    assertThat(limits.maxMessageFrameBytes()).isEqualTo(16 * MIB);
    assertThat(limits.maxRequestLineBytes()).isEqualTo(8 << 10);
    assertThat(limits.maxHeaderBytes()).isEqualTo(16 << 10);
    assertThat(limits.maxConcurrentStreams()).isEqualTo(100);
    assertThat(limits.maxResets()).isEqualTo(200);
    assertThat(limits.maxBatch()).isEqualTo(100);
    assertThat(limits.headerTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(limits.bodyTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(limits.idleTimeout()).isEqualTo(Duration.ofSeconds(75));
    assertThat(limits.eventKeepAlive()).isEqualTo(Duration.ofSeconds(15));
    assertThat(CallLimits.defaults().inboundTimeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void whatIsOutOfRangeIsRefusedByName() {
    Map<String, BiConsumer<HttpLimits.Builder, Integer>> numbers =
        Map.of(
            "maxBodyBytes", HttpLimits.Builder::maxBodyBytes,
            "maxMessageBytes", HttpLimits.Builder::maxMessageBytes,
            "maxMessageFrameBytes", HttpLimits.Builder::maxMessageFrameBytes,
            "maxRequestLineBytes", HttpLimits.Builder::maxRequestLineBytes,
            "maxHeaderBytes", HttpLimits.Builder::maxHeaderBytes,
            "maxConcurrentStreams", HttpLimits.Builder::maxConcurrentStreams,
            "maxResets", HttpLimits.Builder::maxResets,
            "maxBatch", HttpLimits.Builder::maxBatch,
            "batchConcurrency", HttpLimits.Builder::batchConcurrency);
    numbers.forEach(
        (name, setter) -> {
          for (int value : new int[] {0, -1, 64 * MIB + 1}) {
            assertThatThrownBy(() -> setter.accept(HttpLimits.builder(), value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
          }
        });
    Map<String, BiConsumer<HttpLimits.Builder, Duration>> times =
        Map.of(
            "headerTimeout", HttpLimits.Builder::headerTimeout,
            "bodyTimeout", HttpLimits.Builder::bodyTimeout,
            "idleTimeout", HttpLimits.Builder::idleTimeout,
            "writeTimeout", HttpLimits.Builder::writeTimeout);
    times.forEach(
        (name, setter) ->
            assertThatThrownBy(() -> setter.accept(HttpLimits.builder(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name));
  }

  @Test
  void aBodyMayBeAsLongAsAFrameAndNoLonger() {
    assertThat(HttpLimits.builder().maxBodyBytes(64 * MIB).build().maxBodyBytes())
        .isEqualTo(64 * MIB);
  }
}
