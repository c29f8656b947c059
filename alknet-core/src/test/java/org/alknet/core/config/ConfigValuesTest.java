package org.alknet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.Test;

class ConfigValuesTest {
  @Test
  void defaultsAreTheDocumentedOnes() {
    StaticConfig config = StaticConfig.defaults();

    assertThat(config.listenAddresses()).isEmpty();
    assertThat(config.tlsIdentity()).isEmpty();
    assertThat(config.eventLoops()).isEqualTo(1);
    assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.limits())
        .isEqualTo(new LimitsConfig(10_000, 1_000, LimitsConfig.Retry.ADAPTIVE, true));
    assertThat(RateLimitConfig.defaults()).isEqualTo(new RateLimitConfig(100, 5));
    assertThat(DynamicConfig.defaults().auth()).isEqualTo(AuthPolicy.empty());
    assertThat(DynamicConfig.defaults().rateLimits()).isEqualTo(RateLimitConfig.defaults());
  }

  @Test
  void transportDefaultsAreTheDocumentedOnes() {
    TransportConfig transport = TransportConfig.defaults();

    assertThat(transport.maxIdleTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(transport.keepAlive()).isEqualTo(Duration.ofSeconds(10));
    assertThat(transport.handshakeTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(transport.maxBidiStreams()).isEqualTo(320);
    assertThat(transport.streamWindowBytes()).isEqualTo(1_250_000);
    assertThat(transport.connectionWindowBytes()).isEqualTo(12_500_000);
    assertThat(transport.maxUdpPayloadBytes()).isEqualTo(1200);
    assertThat(transport.activeMigration()).isTrue();
    assertThat(transport.caBundle()).isEmpty();
  }

  @Test
  void transportSettingsOutOfRangeAreRefusedByName() {
    refused("max_idle_timeout", b -> b.maxIdleTimeout(Duration.ofMillis(999)));
    refused("max_idle_timeout", b -> b.maxIdleTimeout(Duration.ofMinutes(10).plusNanos(1)));
    refused("keep_alive", b -> b.keepAlive(Duration.ofSeconds(15)));
    refused("keep_alive", b -> b.keepAlive(Duration.ofMillis(-1)));
    refused("handshake_timeout", b -> b.handshakeTimeout(Duration.ZERO));
    refused("max_bidi_streams", b -> b.maxBidiStreams(0));
    refused("max_bidi_streams", b -> b.maxBidiStreams(65_536));
    refused("stream_window", b -> b.streamWindowBytes(0));
    refused("connection_window", b -> b.connectionWindowBytes(1_249_999));
    refused("connection_window", b -> b.connectionWindowBytes((1L << 30) + 1));
    refused("max_udp_payload", b -> b.maxUdpPayloadBytes(1199));
    refused("max_udp_payload", b -> b.maxUdpPayloadBytes(1453));
  }

  @Test
  void transportSettingsAtTheEndsOfTheirRangesAreAccepted() {
    TransportConfig smallest =
        TransportConfig.builder()
            .maxIdleTimeout(Duration.ofSeconds(1))
            .keepAlive(Duration.ZERO)
            .handshakeTimeout(Duration.ofMillis(100))
            .maxBidiStreams(1)
            .streamWindowBytes(1)
            .connectionWindowBytes(1)
            .maxUdpPayloadBytes(1200)
            .activeMigration(false)
            .caBundle(Path.of("ca.pem"))
            .build();
    TransportConfig largest =
        TransportConfig.builder()
            .maxIdleTimeout(Duration.ofMinutes(10))
            .keepAlive(Duration.ofMinutes(5).minusNanos(1))
            .maxBidiStreams(65_535)
            .maxUdpPayloadBytes(1452)
            .build();

    assertThat(smallest.toBuilder().build()).isEqualTo(smallest);
    assertThat(largest.toBuilder().build()).isEqualTo(largest);
  }

  @Test
  void limitsOutOfRangeAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LimitsConfig.builder().maxConnections(0).build())
        .withMessageStartingWith("max_connections ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LimitsConfig.builder().maxHandshakes(-1).build())
        .withMessageStartingWith("max_handshakes ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RateLimitConfig(-1, 5))
        .withMessageStartingWith("max_connections_per_ip ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RateLimitConfig(0, 0))
        .withMessageStartingWith("max_auth_attempts ");
  }

  @Test
  void staticConfigKeepsItsPartsAndRefusesARepeatedAddress() {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4433);
    StaticConfig config =
        StaticConfig.builder()
            .listenAddresses(address)
            .tlsIdentity(new TlsIdentity.SelfSigned())
            .drainTimeout(Duration.ZERO)
            .limits(LimitsConfig.builder().closeOnRevoke(false).build())
            .build();

    assertThat(config.toBuilder().build()).isEqualTo(config);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticConfig.builder().listenAddresses(address, address).build())
        .withMessageStartingWith("listen_addr ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticConfig.builder().drainTimeout(Duration.ofMillis(-1)).build())
        .withMessageStartingWith("drain_timeout ");
  }

  @Test
  void stringFormsShowNoKeyAndNoHash() {
    Ed25519SecretKey key = Ed25519SecretKey.ofSeed(new byte[32]);
    String text =
        StaticConfig.builder().tlsIdentity(new TlsIdentity.RawKey(key)).build().toString();

    assertThat(text).contains("REDACTED").doesNotContain("000000");
  }

  private static void refused(String setting, UnaryOperator<TransportConfig.Builder> change) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.apply(TransportConfig.builder()).build())
        .withMessageStartingWith(setting + " ");
  }
}
