package org.alknet.core.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.handler.Admission.Place;
import org.alknet.core.handler.Admission.Refusal;
import org.alknet.core.identity.AuthPolicy;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void anIpv4AddressIsCountedByItself() throws Exception {
    Admission admission = admission(2, LimitsConfig.defaults());
    assertThat(admission.admit(ip("192.0.2.1"))).isPresent();
    Place second = admission.admit(ip("192.0.2.1")).orElseThrow();

    assertThat(admission.admit(ip("192.0.2.1"))).isEmpty();
    assertThat(admission.refusal(ip("192.0.2.1"))).contains(Refusal.PER_ADDRESS);
    assertThat(admission.admit(ip("192.0.2.2"))).isPresent();
    second.release();
    assertThat(admission.admit(ip("192.0.2.1"))).isPresent();
  }

  @Test
  void ipv6AddressesOfOneNetworkOf64BitsAreCountedTogether() throws Exception {
    Admission admission = admission(2, LimitsConfig.defaults());
    assertThat(admission.admit(ip("2001:db8:1:2::1"))).isPresent();
    assertThat(admission.admit(ip("2001:db8:1:2:ffff:ffff:ffff:ffff"))).isPresent();

    assertThat(admission.refusal(ip("2001:db8:1:2:abcd::7"))).contains(Refusal.PER_ADDRESS);
    assertThat(admission.refusal(ip("2001:db8:1:3::1"))).isEmpty();
    assertThat(admission.refusal(ip("2001:db8:2:2::1"))).isEmpty();
  }

  @Test
  void aMappedIpv4AddressIsThatIpv4Address() throws Exception {
    Admission admission = admission(1, LimitsConfig.defaults());
    assertThat(admission.admit(ip("::ffff:192.0.2.1"))).isPresent();

    assertThat(admission.refusal(ip("192.0.2.1"))).contains(Refusal.PER_ADDRESS);
    assertThat(admission.refusal(ip("192.0.2.2"))).isEmpty();
    assertThat(admission.refusal(ip("::1"))).isEmpty();
  }

  @Test
  void zeroIsNoLimitForAnAddress() throws Exception {
    Admission admission = admission(0, LimitsConfig.defaults());
    for (int i = 0; i < 500; i++) {
      assertThat(admission.admit(ip("192.0.2.1"))).isPresent();
    }
  }

  @Test
  void aPlaceIsGivenBackOnceHoweverOftenItIsReleased() throws Exception {
    Admission admission = admission(5, LimitsConfig.defaults());
    Place failed = admission.admit(ip("192.0.2.1")).orElseThrow();
    Place served = admission.admit(ip("192.0.2.1")).orElseThrow();
    served.established();
    served.established();
    assertThat(admission.handshakesInProgress()).isEqualTo(1);

    for (int i = 0; i < 3; i++) {
      failed.release();
      failed.established();
      served.release();
    }

    assertThat(admission.connections()).isZero();
    assertThat(admission.handshakesInProgress()).isZero();
  }

  @Test
  void theProcessHasLimitsOfItsOwn() throws Exception {
    Admission admission =
        admission(100, LimitsConfig.builder().maxConnections(3).maxHandshakes(2).build());
    Place first = admission.admit(ip("192.0.2.1")).orElseThrow();
    assertThat(admission.admit(ip("192.0.2.2"))).isPresent();
    assertThat(admission.refusal(ip("192.0.2.3"))).contains(Refusal.HANDSHAKES);
    first.established();
    assertThat(admission.admit(ip("192.0.2.3"))).isPresent();
    assertThat(admission.refusal(ip("192.0.2.4"))).contains(Refusal.CONNECTIONS);
    first.release();
    assertThat(admission.refusal(ip("192.0.2.4"))).contains(Refusal.HANDSHAKES);
  }

  @Test
  void wrongCredentialsOfANetworkPauseItForTenMinutes() throws Exception {
    Admission admission = admission(100, LimitsConfig.defaults());
    for (int i = 0; i < 49; i++) {
      admission.credentialRejected(ip("2001:db8::" + i));
    }
    assertThat(admission.refusal(ip("2001:db8::99"))).isEmpty();
    admission.credentialRejected(ip("2001:db8::49"));

    assertThat(admission.refusal(ip("2001:db8::99"))).contains(Refusal.PAUSED);
    assertThat(admission.admit(ip("2001:db8::99"))).isEmpty();
    assertThat(admission.refusal(ip("2001:db8:0:1::1"))).isEmpty();
    now.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(admission.refusal(ip("2001:db8::99"))).contains(Refusal.PAUSED);
    now.incrementAndGet();
    assertThat(admission.refusal(ip("2001:db8::99"))).isEmpty();
  }

  @Test
  void wrongCredentialsThatComeSlowlyPauseNobody() throws Exception {
    Admission admission = admission(100, LimitsConfig.defaults());
    for (int i = 0; i < 200; i++) {
      admission.credentialRejected(ip("192.0.2.1"));
      now.addAndGet(Duration.ofMinutes(1).toNanos());
      assertThat(admission.refusal(ip("192.0.2.1"))).isEmpty();
    }
  }

  @Test
  void manyAtOnceNeverHaveMoreThanTheLimitAndGiveAllBack() throws Exception {
    Admission admission =
        admission(7, LimitsConfig.builder().maxConnections(20).maxHandshakes(20).build());
    AtomicInteger mine = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    InetAddress address = ip("192.0.2.1");
    for (int worker = 0; worker < 8; worker++) {
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 5_000; i++) {
                  Optional<Place> place = admission.admit(address);
                  if (place.isPresent()) {
                    most.accumulateAndGet(mine.incrementAndGet(), Math::max);
                    if (i % 2 == 0) {
                      place.get().established();
                    }
                    mine.decrementAndGet();
                    place.get().release();
                  }
                }
              }));
    }
    workers.forEach(CompletableFuture::join);

    assertThat(most.get()).isBetween(1, 7);
    assertThat(admission.connections()).isZero();
    assertThat(admission.handshakesInProgress()).isZero();
  }

  private Admission admission(int perAddress, LimitsConfig limits) {
    return Admission.create(
        ConfigSnapshot.of(
            new DynamicConfig(
                AuthPolicy.of(List.of(), List.of()), new RateLimitConfig(perAddress, 5))),
        limits,
        now::get);
  }

  private static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal); // literals only: no look-up
  }
}
