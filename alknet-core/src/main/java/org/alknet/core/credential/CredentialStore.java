package org.alknet.core.credential;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Outbound credentials by provider name, as ciphertext: a store never decrypts (spec/core.md
 * section 14.2). There is deliberately no listing.
 *
 * <p>Implementations are thread-safe. A read that starts after a write has completed sees it. Reads
 * answer from memory; failures of writes are {@link StoreException}s in the stage.
 */
public interface CredentialStore {
  /** Finds the credential of a provider such as {@code openai}; a missing one is no error. */
  Optional<EncryptedData> get(String provider);

  /** Adds or replaces a credential. */
  CompletionStage<Void> put(String provider, EncryptedData data);

  /** Removes a credential; removing one that does not exist succeeds. */
  CompletionStage<Void> delete(String provider);
}
