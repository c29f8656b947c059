package org.alknet.vault;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Derived keys by type and canonical path, least recently used first.
 *
 * <p>Invariants: every entry that leaves is wiped, however it leaves; no access sees an entry older
 * than the time to live, and expired entries go before a live one is evicted; a hit moves its entry
 * to the end but does not prolong its life. The type is part of the key because one path holds
 * different keys, and even different bytes, for different types. At 64 entries a full scan per
 * access costs less than one HMAC, so there is no second index by age.
 *
 * <p>Not thread-safe: guarded by the vault's lock. Specification: {@code spec/vault.md §12}.
 */
final class KeyCache {
  private record Slot(KeyType type, DerivationPath path) {}

  private final Map<Slot, CachedKey> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final int capacity;
  private final long ttlNanos;
  private final LongSupplier nanoTime;

  KeyCache(CacheConfig config, LongSupplier nanoTime) {
    this.capacity = config.capacity();
    this.ttlNanos = Nanos.saturated(config.timeToLive());
    this.nanoTime = nanoTime;
  }

  /** A copy of the cached key; the caller closes it. */
  Optional<DerivedKey> get(KeyType type, DerivationPath path) {
    evictExpired();
    return Optional.ofNullable(entries.get(new Slot(type, path))).map(CachedKey::toDerivedKey);
  }

  /** Keeps a copy of the key, in place of what was kept there before. */
  void put(DerivationPath path, DerivedKey key) {
    evictExpired();
    if (capacity == 0) {
      return;
    }
    CachedKey replaced =
        entries.put(new Slot(key.keyType(), path), CachedKey.copyOf(key, nanoTime.getAsLong()));
    if (replaced != null) {
      replaced.close();
    }
    if (entries.size() > capacity) {
      Iterator<CachedKey> eldest = entries.values().iterator();
      eldest.next().close();
      eldest.remove();
    }
  }

  /** Wipes and removes what is older than the time to live. */
  void evictExpired() {
    long now = nanoTime.getAsLong();
    entries
        .values()
        .removeIf(
            entry -> {
              boolean expired = entry.isOlderThan(ttlNanos, now);
              if (expired) {
                entry.close();
              }
              return expired;
            });
  }

  /** Wipes and removes everything. */
  void clear() {
    entries.values().forEach(CachedKey::close);
    entries.clear();
  }

  int size() {
    return entries.size();
  }

  /** The entry itself, untouched by the look, for tests that look for zeros. */
  Optional<CachedKey> peek(KeyType type, DerivationPath path) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getKey().equals(new Slot(type, path)))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
