package org.alknet.cli.assembly;

import java.util.HashSet;
import java.util.Set;
import org.alknet.store.sqlite.StoreChange;
import org.alknet.store.sqlite.StoreListener;

/** Hears of changed credentials, and has those injected again that an operation names. */
final class LateCredentials implements StoreListener {
  private final CapabilityInjector capabilities;

  LateCredentials(CapabilityInjector capabilities) {
    this.capabilities = capabilities;
  }

  @Override
  public void onChange(StoreChange change) {
    Set<String> providers = new HashSet<>(change.providersAdded());
    providers.addAll(change.providersReplaced());
    providers.addAll(change.providersRemoved());
    if (!providers.isEmpty()) {
      capabilities.changed(providers);
    }
  }
}
