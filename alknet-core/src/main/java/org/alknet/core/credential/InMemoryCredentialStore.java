package org.alknet.core.credential;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Credentials in memory, gone with the process. Writes are complete when the method returns.
 *
 * <p>Thread-safe.
 */
public final class InMemoryCredentialStore implements CredentialStore {
  private final Map<String, EncryptedData> entries;

  private InMemoryCredentialStore(Map<String, EncryptedData> seed) {
    this.entries = new ConcurrentHashMap<>(seed);
  }

  /** Returns an empty store. */
  public static InMemoryCredentialStore empty() {
    return new InMemoryCredentialStore(Map.of());
  }

  /** Returns a store with these credentials; later changes of the map do not count. */
  public static InMemoryCredentialStore of(Map<String, EncryptedData> seed) {
    return new InMemoryCredentialStore(seed);
  }

  @Override
  public Optional<EncryptedData> get(String provider) {
    return Optional.ofNullable(entries.get(Objects.requireNonNull(provider, "provider")));
  }

  @Override
  public CompletionStage<Void> put(String provider, EncryptedData data) {
    entries.put(Objects.requireNonNull(provider, "provider"), Objects.requireNonNull(data, "data"));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> delete(String provider) {
    entries.remove(Objects.requireNonNull(provider, "provider"));
    return CompletableFuture.completedStage(null);
  }

  /** Says how many credentials there are. */
  @Override
  public String toString() {
    return "InMemoryCredentialStore[" + entries.size() + " credentials]";
  }
}
