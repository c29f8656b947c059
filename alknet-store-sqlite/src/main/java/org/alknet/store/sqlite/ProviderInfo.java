package org.alknet.store.sqlite;

import java.util.Objects;

/**
 * That there is a credential for a provider, without the credential.
 *
 * <p>Immutable.
 *
 * @param provider its name
 * @param keyVersion which key of the vault encrypted it, 0 to 2^32 - 1
 */
public record ProviderInfo(String provider, long keyVersion) {
  /** Checks the name. */
  public ProviderInfo {
    Objects.requireNonNull(provider, "provider");
  }
}
