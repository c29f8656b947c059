package org.alknet.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class KeyCacheTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final FakeNanoTime clock = new FakeNanoTime();

  private KeyCache cache(int capacity) {
    return new KeyCache(new CacheConfig(TTL, capacity), clock);
  }

  private static DerivationPath path(int index) {
    return KeyPaths.device(index);
  }

  private static DerivedKey key(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return DerivedKey.owning(KeyType.ED25519, bytes, new byte[32]);
  }

  private static Optional<Integer> look(KeyCache cache, int index) {
    return cache
        .get(KeyType.ED25519, path(index))
        .map(
            key -> {
              try (key) {
                return key.usePrivateKey(bytes -> (int) bytes[31]);
              }
            });
  }

  private static byte[] backing(KeyCache cache, int index) {
    return cache.peek(KeyType.ED25519, path(index)).map(CachedKey::backingArray).orElseThrow();
  }

  @Test
  void insertedKeyIsFound() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    assertThat(look(cache, 1)).contains(1);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void unknownPathOrTypeIsAMiss() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    assertThat(look(cache, 2)).isEmpty();
    assertThat(cache.get(KeyType.AES_256_GCM, path(1))).isEmpty();
  }

  @Test
  void entryLivesExactlyItsTimeAndAHitDoesNotProlongIt() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    clock.advance(TTL);
    assertThat(look(cache, 1)).contains(1);
    clock.advanceNanos(1);
    assertThat(look(cache, 1)).isEmpty();
    assertThat(cache.size()).isZero();
  }

  @Test
  void leastRecentlyUsedIsEvicted() {
    KeyCache cache = cache(3);
    for (int i = 1; i <= 4; i++) {
      cache.put(path(i), key(i));
    }
    assertThat(look(cache, 1)).isEmpty();
    assertThat(look(cache, 2)).contains(2);
    assertThat(look(cache, 3)).contains(3);
    assertThat(look(cache, 4)).contains(4);
  }

  @Test
  void accessReorders() {
    KeyCache cache = cache(3);
    for (int i = 1; i <= 3; i++) {
      cache.put(path(i), key(i));
    }
    assertThat(look(cache, 1)).contains(1);
    cache.put(path(4), key(4));
    assertThat(look(cache, 1)).contains(1);
    assertThat(look(cache, 2)).isEmpty();
  }

  @Test
  void clearEmptiesAndWipes() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    cache.put(path(2), key(2));
    byte[] first = backing(cache, 1);
    byte[] second = backing(cache, 2);
    assertThat(first).containsOnly(1);
    assertThat(second).containsOnly(2);

    cache.clear();

    assertThat(cache.size()).isZero();
    assertThat(first).containsOnly(0);
    assertThat(second).containsOnly(0);
  }

  @Test
  void onlyExpiredEntriesAreEvictedAndWiped() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    clock.advance(TTL);
    cache.put(path(2), key(2));
    byte[] old = backing(cache, 1);
    byte[] young = backing(cache, 2);
    clock.advanceNanos(1);

    cache.evictExpired();

    assertThat(cache.size()).isEqualTo(1);
    assertThat(old).containsOnly(0);
    assertThat(young).containsOnly(2);
  }

  @Test
  void replacementKeepsTheSizeAndWipesTheOldValue() {
    KeyCache cache = cache(2);
    cache.put(path(1), key(1));
    cache.put(path(2), key(2));
    byte[] old = backing(cache, 1);

    cache.put(path(1), key(7));

    assertThat(cache.size()).isEqualTo(2);
    assertThat(look(cache, 1)).contains(7);
    assertThat(look(cache, 2)).contains(2);
    assertThat(old).containsOnly(0);
  }

  @Test
  void evictedEntryIsWiped() {
    KeyCache cache = cache(1);
    cache.put(path(1), key(1));
    byte[] first = backing(cache, 1);
    cache.put(path(2), key(2));
    assertThat(first).containsOnly(0);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void expiredEntriesGoBeforeALiveOneIsEvicted() {
    KeyCache cache = cache(2);
    cache.put(path(1), key(1));
    clock.advance(Duration.ofSeconds(5));
    cache.put(path(2), key(2));
    // Path 1 becomes the most recently used, so plain LRU would evict path 2.
    assertThat(look(cache, 1)).contains(1);
    clock.advance(Duration.ofSeconds(6));
    cache.put(path(3), key(3));
    assertThat(look(cache, 1)).isEmpty();
    assertThat(look(cache, 2)).contains(2);
    assertThat(look(cache, 3)).contains(3);
  }

  @Test
  void anyAccessPurgesWhatIsExpired() {
    KeyCache cache = cache(3);
    cache.put(path(1), key(1));
    byte[] old = backing(cache, 1);
    clock.advance(TTL.plusNanos(1));
    assertThat(look(cache, 2)).isEmpty();
    assertThat(old).containsOnly(0);
    assertThat(cache.size()).isZero();
  }

  @Test
  void capacityZeroKeepsNothing() {
    KeyCache cache = cache(0);
    cache.put(path(1), key(1));
    assertThat(cache.size()).isZero();
    assertThat(look(cache, 1)).isEmpty();
  }

  @Test
  void hugeTimeToLiveNeverExpires() {
    KeyCache cache = new KeyCache(new CacheConfig(Duration.ofDays(365_000), 2), clock);
    cache.put(path(1), key(1));
    clock.advance(Duration.ofDays(36_500));
    assertThat(look(cache, 1)).contains(1);
  }

  @Test
  void configChecksItsRangesAndHasItsDefaults() {
    assertThat(CacheConfig.defaults()).isEqualTo(new CacheConfig(Duration.ofHours(1), 64));
    assertThat(new CacheConfig(Duration.ZERO, 0).capacity()).isZero();
    assertThatThrownBy(() -> new CacheConfig(Duration.ofNanos(-1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeToLive");
    assertThatThrownBy(() -> new CacheConfig(TTL, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("capacity");
  }

  @Test
  void cachedKeyPrintsRedacted() {
    try (CachedKey cached = CachedKey.copyOf(key(1), 0)) {
      assertThat(cached).hasToString("CachedKey[Ed25519, [REDACTED]]");
    }
  }
}
