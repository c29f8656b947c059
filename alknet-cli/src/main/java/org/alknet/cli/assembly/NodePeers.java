package org.alknet.cli.assembly;

import java.util.Locale;
import java.util.Optional;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.StoreHealth;

/** Where the peers of a node are, and how it stands with them. */
record NodePeers(Optional<SqliteStore> store, boolean inConfiguration, ConfigSnapshot snapshot) {
  int count() {
    return store
        .map(s -> s.info().peers())
        .orElseGet(() -> snapshot.current().auth().peers().size());
  }

  /** Returns the store, if it is what holds the peers. */
  Optional<SqliteStore> identities() {
    return store.filter(opened -> !inConfiguration);
  }

  int credentials() {
    return store.map(s -> s.info().credentials()).orElse(0);
  }

  /** Returns how changes of others are noticed; empty without a store. */
  Optional<String> watch() {
    return store.map(s -> s.info().watch().name().toLowerCase(Locale.ROOT));
  }

  /** Returns the highest notification that has taken effect. */
  long seen() {
    return store.map(s -> s.info().seen()).orElse(0L);
  }

  String health() {
    return store
        .map(SqliteStore::health)
        .filter(health -> health.status() != StoreHealth.Status.OK)
        .map(h -> h.status().name().toLowerCase(Locale.ROOT) + ": " + h.reason())
        .orElse("ok");
  }
}
