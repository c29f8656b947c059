package org.alknet.http.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * When services asked not to be called before (RFC 9110 section 10.2.3). Bounded: what has passed
 * goes first, then what passes soonest.
 *
 * <p>Thread-safe.
 */
final class RetryAfterTable {
  static final int CAPACITY = 256;

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private final Supplier<Instant> now;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<String, Instant> until = new HashMap<>();

  RetryAfterTable(Supplier<Instant> now) {
    this.now = now;
  }

  /** Takes note of a reply; whatever says nothing about the future is ignored. */
  void note(String key, int status, Optional<String> retryAfter) {
    Instant at = now.get();
    if ((status == 429 || status == 503) && retryAfter.isPresent()) {
      parse(retryAfter.get().strip(), at)
          .filter(instant -> instant.isAfter(at))
          .ifPresent(instant -> put(key, instant, at));
    }
  }

  /** Returns how long to wait before the next request; empty if there is nothing to wait for. */
  Optional<Duration> left(String key) {
    Instant at = now.get();
    synchronized (lock) {
      Instant instant = until.get(key);
      if (instant == null) {
        return Optional.empty();
      }
      if (!instant.isAfter(at)) {
        until.remove(key);
        return Optional.empty();
      }
      return Optional.of(Duration.between(at, instant));
    }
  }

  int size() {
    synchronized (lock) {
      return until.size();
    }
  }

  private void put(String key, Instant instant, Instant at) {
    synchronized (lock) {
      if (until.size() >= CAPACITY && !until.containsKey(key)) {
        until.values().removeIf(passed -> !passed.isAfter(at));
      }
      if (until.size() >= CAPACITY && !until.containsKey(key)) {
        until.entrySet().stream()
            .min(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .ifPresent(until::remove);
      }
      until.put(key, instant);
    }
  }

  private static Optional<Instant> parse(String text, Instant at) {
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(at.plusSeconds(Long.parseLong(text)));
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException garbage) {
      return Optional.empty();
    }
  }
}
