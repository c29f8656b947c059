package org.alknet.core.credential;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The outbound credentials the assembly layer gives one handler: what it may use towards other
 * services, never what somebody presented to it. Not serialisable; prints only how many entries it
 * holds.
 *
 * <p>Immutable apart from {@link #close()}, unless they follow others. Thread-safe.
 */
public final class Capabilities implements AutoCloseable {
  private static final String API_KEY = "api_key:";
  private static final String HTTP_TOKEN = "http_token:";
  private static final Capabilities EMPTY = new Capabilities(Map.of());

  private final Map<String, Secret> entries;
  private final @Nullable Supplier<Capabilities> followed;

  private Capabilities(Map<String, Secret> entries) {
    this.entries = entries;
    this.followed = null;
  }

  private Capabilities(Supplier<Capabilities> followed) {
    this.entries = Map.of();
    this.followed = Objects.requireNonNull(followed, "followed");
  }

  /** Returns the capabilities of a handler that has none. */
  public static Capabilities empty() {
    return EMPTY;
  }

  /**
   * Returns capabilities that are, at every look, those which the source names then: for a handler
   * whose credentials are replaced while it is registered.
   *
   * @param source thread-safe; owns what it names, and keeps what it named last open for calls that
   *     are under way. {@link #close()} does nothing here
   */
  public static Capabilities following(Supplier<Capabilities> source) {
    return new Capabilities(source);
  }

  /** Returns what these capabilities are now: themselves, unless they follow others. */
  public Capabilities current() {
    return followed == null ? this : followed.get().current();
  }

  /**
   * Returns these capabilities plus an API key, independent of this object.
   *
   * @param key copied; the caller still wipes its own
   */
  public Capabilities withApiKey(String service, char[] key) {
    return with(API_KEY + Objects.requireNonNull(service, "service"), key);
  }

  /**
   * Returns these capabilities plus a bearer token for HTTP, independent of this object.
   *
   * @param token copied; the caller still wipes its own
   */
  public Capabilities withHttpToken(String service, char[] token) {
    return with(HTTP_TOKEN + Objects.requireNonNull(service, "service"), token);
  }

  /**
   * Returns these capabilities, and those of the other for services this one has nothing for;
   * independent of both.
   */
  public Capabilities orElse(Capabilities other) {
    Map<String, Secret> own = current().entries;
    Map<String, Secret> merged = copyEntries();
    for (Map.Entry<String, Secret> entry : other.current().entries.entrySet()) {
      String service = entry.getKey().substring(entry.getKey().indexOf(':') + 1);
      if (!own.containsKey(API_KEY + service) && !own.containsKey(HTTP_TOKEN + service)) {
        entry.getValue().copy().ifPresent(secret -> merged.put(entry.getKey(), secret));
      }
    }
    return new Capabilities(merged);
  }

  /**
   * Finds the credential for a service, an API key before an HTTP token. Empty after {@link
   * #close()}. The secret belongs to this object.
   */
  public Optional<Secret> get(String service) {
    Map<String, Secret> now = current().entries;
    Secret found = now.get(API_KEY + service);
    if (found == null || found.isClosed()) {
      found = now.get(HTTP_TOKEN + service);
    }
    return Optional.ofNullable(found).filter(secret -> !secret.isClosed());
  }

  /** Whether {@link #get} finds nothing, whatever the service. */
  public boolean isEmpty() {
    return current().entries.values().stream().allMatch(Secret::isClosed);
  }

  /** Wipes every entry; afterwards {@link #get} finds nothing. Copies made before are unharmed. */
  @Override
  public void close() {
    entries.values().forEach(Secret::close);
  }

  @Override
  public String toString() {
    return "Capabilities[" + current().entries.size() + " redacted]";
  }

  private Capabilities with(String name, char[] value) {
    if (value.length == 0) {
      throw new IllegalArgumentException("a credential is not empty");
    }
    Map<String, Secret> next = copyEntries();
    next.put(name, Secret.of(value));
    return new Capabilities(next);
  }

  private Map<String, Secret> copyEntries() {
    Map<String, Secret> copy = new TreeMap<>();
    current().entries.forEach((name, secret) -> secret.copy().ifPresent(s -> copy.put(name, s)));
    return copy;
  }
}
