package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.credential.CredentialStore;
import org.alknet.core.credential.EncryptedData;

/**
 * Gives each registration the credentials it names, and no other; and again those that change while
 * the vault is open (spec/cli.md section 7, step 6 and "late credentials").
 *
 * <p>Thread-safe. Owns the capabilities it hands out until {@link #close()}.
 */
final class CapabilityInjector implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CapabilityInjector.class.getName());

  private final Optional<NodeVault> vault;
  private final Optional<? extends CredentialStore> store;
  private final boolean required;
  private final Consumer<String> warnings;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Slot> slots = new ArrayList<>();

  @GuardedBy("lock")
  private final Set<String> warned = new HashSet<>();

  /**
   * Creates an injector.
   *
   * @param required whether a missing credential is an error
   * @param warnings told of each missing one otherwise
   */
  CapabilityInjector(
      Optional<NodeVault> vault,
      Optional<? extends CredentialStore> store,
      boolean required,
      Consumer<String> warnings) {
    this.vault = vault;
    this.store = store;
    this.required = required;
    this.warnings = warnings;
  }

  /**
   * Returns the registration with its credentials, which may be replaced later.
   *
   * @throws NodeException if one cannot be decrypted, or is missing and required
   */
  HandlerRegistration inject(HandlerRegistration registration, List<String> providers)
      throws NodeException {
    if (providers.isEmpty()) {
      return registration;
    }
    Slot slot = new Slot(registration.spec().name(), providers, Optional.empty());
    synchronized (lock) {
      slots.add(slot);
      slot.replace(read(slot, required));
    }
    return new HandlerRegistration(
        registration.spec(),
        registration.handler(),
        registration.provenance(),
        registration.compositionAuthority(),
        registration.scopedEnv(),
        Capabilities.following(slot::current));
  }

  /**
   * Returns a credential under the name of the service that wants it, which may be replaced later.
   *
   * @param user who it is for, as messages show it
   * @throws NodeException if it cannot be decrypted, or is missing and required
   */
  Capabilities give(String user, String provider, String service) throws NodeException {
    Slot slot = new Slot(user, List.of(provider), Optional.of(service));
    synchronized (lock) {
      slots.add(slot);
      slot.replace(read(slot, required));
    }
    return Capabilities.following(slot::current);
  }

  /** Whether any operation names one of these credentials. */
  boolean uses(Set<String> providers) {
    synchronized (lock) {
      return slots.stream().anyMatch(slot -> slot.names(providers));
    }
  }

  /**
   * Injects again what names one of these credentials, if the vault is open; the next calls see it.
   * What cannot be decrypted leaves the old value in place.
   */
  void changed(Set<String> providers) {
    synchronized (lock) {
      for (Slot slot : slots) {
        if (slot.names(providers)) {
          changed(slot);
        }
      }
    }
  }

  @GuardedBy("lock")
  private void changed(Slot slot) {
    if (vault.isEmpty() || !vault.get().isOpen()) {
      LOG.log(
          Level.WARNING,
          "a credential of "
              + slot.operation
              + " changed, and the vault is "
              + (vault.isEmpty() ? "not configured" : "locked")
              + ": the operation gets it at the next start (lock_after_start = false in the table"
              + " [vault] avoids that)");
      return;
    }
    try {
      slot.replace(read(slot, false));
      LOG.log(Level.INFO, "event=credentials_injected operation={0}", slot.operation);
    } catch (NodeException undecipherable) {
      LOG.log(
          Level.WARNING,
          slot.operation + " keeps its old credential: " + undecipherable.getMessage());
    }
  }

  @GuardedBy("lock")
  private Capabilities read(Slot slot, boolean insist) throws NodeException {
    Capabilities capabilities = Capabilities.empty();
    for (String provider : slot.providers) {
      Optional<EncryptedData> stored = store.flatMap(s -> s.get(provider));
      if (stored.isEmpty() || vault.isEmpty()) {
        missing(slot.operation, provider, stored.isPresent(), insist);
        continue;
      }
      char[] clear = vault.get().decrypt(provider, stored.get());
      try {
        Capabilities next = capabilities.withApiKey(slot.service.orElse(provider), clear);
        capabilities.close();
        capabilities = next;
      } finally {
        Arrays.fill(clear, '\0');
      }
    }
    return capabilities;
  }

  @GuardedBy("lock")
  private void missing(String operation, String provider, boolean stored, boolean insist)
      throws NodeException {
    String what =
        operation
            + " goes without the credential "
            + provider
            + (stored ? ": no vault is configured" : ": it is not stored");
    if (insist) {
      throw new NodeException(
          NodeException.Kind.VAULT,
          what,
          stored
              ? "Add a table [vault] to the configuration."
              : "alknet credential put " + provider);
    }
    if (warned.add(provider)) {
      warnings.accept(what);
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      slots.forEach(Slot::close);
      slots.clear();
    }
  }

  /**
   * What one operation has. The value before the present one stays readable for calls that began
   * with it; the one before that is wiped.
   */
  private static final class Slot {
    private final String operation;
    private final List<String> providers;
    private final Optional<String> service;
    private volatile Capabilities current = Capabilities.empty();
    private Capabilities previous = Capabilities.empty();

    Slot(String operation, List<String> providers, Optional<String> service) {
      this.operation = operation;
      this.providers = List.copyOf(providers);
      this.service = service;
    }

    boolean names(Set<String> some) {
      return !Collections.disjoint(providers, some);
    }

    Capabilities current() {
      return current;
    }

    void replace(Capabilities next) {
      previous.close();
      previous = current;
      current = next;
    }

    void close() {
      previous.close();
      current.close();
    }
  }
}
