package org.alknet.core.config;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReloadStormTest {
  @SuppressWarnings("NullAway.Init")
  private static QuietLog quiet;

  private static final int READERS = 8;
  private static final int RELOADS = 10_000;
  private static final String PRINT = "ed25519:" + "a".repeat(64);
  private static final String TOKEN = "storm-token";
  private static final String HASH = TokenHash.of(AuthToken.ofUtf8(TOKEN)).orElseThrow();

  @BeforeAll
  static void silence() throws Exception {
    quiet = QuietLog.of(ConfigReloadHandle.class);
  }

  @AfterAll
  static void restore() throws Exception {
    quiet.close();
  }

  @Test
  @Timeout(120)
  void everyResultComesFromOneConsistentSnapshot() throws Exception {
    ConfigReloadHandle handle =
        ConfigReloadHandle.create(generation(0), AuditLog.NONE, CoreMetrics.NONE);
    ConfigIdentityProvider provider = new ConfigIdentityProvider(handle.snapshot());
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicLong resolved = new AtomicLong();
    CountDownLatch started = new CountDownLatch(READERS);
    ExecutorService pool = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        boolean byToken = i % 2 == 0;
        readers.add(
            pool.submit(
                () -> {
                  AuthToken token = AuthToken.ofUtf8(TOKEN);
                  int last = 0;
                  started.countDown();
                  while (running.get()) {
                    Identity identity =
                        (byToken
                                ? provider.resolveFromToken(token)
                                : provider.resolveFromFingerprint(PRINT))
                            .orElseThrow();
                    int generation = consistentGeneration(identity);
                    assertThat(generation).isGreaterThanOrEqualTo(last);
                    last = generation;
                    resolved.incrementAndGet();
                  }
                }));
      }
      assertThat(started.await(60, SECONDS)).isTrue();
      for (int i = 1; i <= RELOADS; i++) {
        handle.reload(generation(i));
      }
      running.set(false);
      for (Future<?> reader : readers) {
        reader.get(60, SECONDS);
      }
    } finally {
      running.set(false);
      pool.shutdownNow();
    }

    assertThat(handle.generation()).isEqualTo(RELOADS);
    assertThat(resolved.get()).isPositive();
  }

  @Test
  @Timeout(60)
  void concurrentReloadsAreSerialisedAndTheLastOneIsTold() throws Exception {
    ConfigReloadHandle handle =
        ConfigReloadHandle.create(generation(0), AuditLog.NONE, CoreMetrics.NONE);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    List<DynamicConfig> told = new ArrayList<>();
    ConfigSnapshot.Subscription subscription =
        handle.onChange(
            config -> {
              if (inside.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
              }
              told.add(config);
              inside.decrementAndGet();
            });
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int first = i * 100;
        writers.add(
            pool.submit(
                () -> {
                  for (int n = first; n < first + 100; n++) {
                    handle.reload(generation(n));
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get(60, SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }

    assertThat(handle.generation()).isEqualTo(400);
    assertThat(overlaps).hasValue(0);
    assertThat(told).isNotEmpty().last().isSameAs(handle.current());
    subscription.close();
  }

  /** The generation appears in the id, the scopes and the resources. */
  private static DynamicConfig generation(int n) {
    return DynamicConfig.defaults()
        .withAuth(
            AuthPolicy.ofPeers(
                PeerEntry.builder("peer-" + n)
                    .fingerprints(PRINT)
                    .authTokenHash(HASH)
                    .scopes("scope-" + n)
                    .resources(Map.of("service", List.of("service-" + n)))
                    .build()));
  }

  private static int consistentGeneration(Identity identity) {
    int n = Integer.parseInt(identity.id().substring("peer-".length()));
    assertThat(identity.scopes()).containsExactly("scope-" + n);
    assertThat(identity.resources()).isEqualTo(Map.of("service", List.of("service-" + n)));
    return n;
  }
}
