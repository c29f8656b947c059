package org.alknet.store.sqlite.internal;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.alknet.core.credential.EncryptedData;

/**
 * The credentials of one generation.
 *
 * <p>Immutable.
 */
public final class CredentialIndex {
  /** None. */
  public static final CredentialIndex EMPTY = new CredentialIndex(Map.of());

  private final SortedMap<String, EncryptedData> byProvider;

  /** Indexes these credentials. */
  public CredentialIndex(Map<String, EncryptedData> credentials) {
    byProvider = Collections.unmodifiableSortedMap(new TreeMap<>(credentials));
  }

  /** Finds the credential of a provider. */
  public Optional<EncryptedData> get(String provider) {
    return Optional.ofNullable(byProvider.get(provider));
  }

  /** Returns all of them by provider, ordered. */
  public SortedMap<String, EncryptedData> all() {
    return byProvider;
  }
}
