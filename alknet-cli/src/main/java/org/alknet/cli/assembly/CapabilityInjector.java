package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.credential.CredentialStore;
import org.alknet.core.credential.EncryptedData;

/**
 * Gives each registration the credentials it names, and no other (spec/cli.md section 7, step 6).
 *
 * <p>Not thread-safe. Owns the capabilities it hands out until {@link #close()}.
 */
final class CapabilityInjector implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CapabilityInjector.class.getName());

  private final Optional<NodeVault> vault;
  private final Optional<? extends CredentialStore> store;
  private final boolean required;
  private final Deque<Capabilities> given = new ArrayDeque<>();
  private final Map<String, Boolean> warned = new HashMap<>();

  /**
   * Creates an injector.
   *
   * @param required whether a missing credential is an error
   */
  CapabilityInjector(
      Optional<NodeVault> vault, Optional<? extends CredentialStore> store, boolean required) {
    this.vault = vault;
    this.store = store;
    this.required = required;
  }

  /**
   * Returns the registration with its credentials.
   *
   * @throws NodeException if one cannot be decrypted, or is missing and required
   */
  HandlerRegistration inject(HandlerRegistration registration, List<String> providers)
      throws NodeException {
    if (providers.isEmpty()) {
      return registration;
    }
    Capabilities capabilities = Capabilities.empty();
    for (String provider : providers) {
      Optional<EncryptedData> stored = store.flatMap(s -> s.get(provider));
      if (stored.isEmpty() || vault.isEmpty()) {
        missing(registration.spec().name(), provider, stored.isPresent());
        continue;
      }
      char[] clear = vault.get().decrypt(provider, stored.get());
      try {
        Capabilities next = capabilities.withApiKey(provider, clear);
        capabilities.close();
        capabilities = next;
      } finally {
        Arrays.fill(clear, '\0');
      }
    }
    given.push(capabilities);
    return new HandlerRegistration(
        registration.spec(),
        registration.handler(),
        registration.provenance(),
        registration.compositionAuthority(),
        registration.scopedEnv(),
        capabilities);
  }

  private void missing(String operation, String provider, boolean stored) throws NodeException {
    String what =
        operation
            + " goes without the credential "
            + provider
            + (stored ? ": no vault is configured" : ": it is not stored");
    if (required) {
      throw new NodeException(
          NodeException.Kind.VAULT,
          what,
          stored
              ? "Add a table [vault] to the configuration."
              : "alknet credential put " + provider);
    }
    if (warned.put(provider, true) == null) {
      LOG.log(Level.WARNING, what);
    }
  }

  @Override
  public void close() {
    while (!given.isEmpty()) {
      given.pop().close();
    }
  }
}
