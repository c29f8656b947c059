package org.alknet.store.sqlite;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.core.credential.CredentialStore;
import org.alknet.core.credential.EncryptedData;

/**
 * The encrypted credentials of a store, which it never decrypts. Reads answer from memory; a
 * completed write is durable and seen by every later read of this process.
 *
 * <p>Thread-safe. Ends with its store: afterwards there is nothing and writes fail.
 */
public final class SqliteCredentialStore implements CredentialStore {
  private final Publisher publisher;
  private final Writes writes;

  SqliteCredentialStore(Publisher publisher, Writes writes) {
    this.publisher = publisher;
    this.writes = writes;
  }

  @Override
  public Optional<EncryptedData> get(String provider) {
    return publisher.snapshot().credentials().get(Objects.requireNonNull(provider, "provider"));
  }

  /** Returns whose credentials there are, ordered by name, without the credentials. */
  public List<ProviderInfo> providers() {
    return publisher.snapshot().credentials().all().entrySet().stream()
        .map(entry -> new ProviderInfo(entry.getKey(), entry.getValue().keyVersion()))
        .toList();
  }

  @Override
  public CompletionStage<Void> put(String provider, EncryptedData data) {
    return writes.one("put_credential", new StoreOp.PutCredential(provider, data));
  }

  @Override
  public CompletionStage<Void> delete(String provider) {
    return writes.one("delete_credential", new StoreOp.DeleteCredential(provider));
  }

  /** Says how many credentials there are. */
  @Override
  public String toString() {
    return "SqliteCredentialStore["
        + publisher.snapshot().credentials().all().size()
        + " credentials]";
  }
}
