package org.alknet.store.sqlite;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.internal.CredentialIndex;
import org.alknet.store.sqlite.internal.PeerIndex;
import org.alknet.store.sqlite.internal.Snapshot;

/** Compares two snapshots. Used once, by one thread. */
final class Differences {
  private final Set<String> added = new TreeSet<>();
  private final Set<String> removed = new TreeSet<>();
  private final Set<String> disabled = new TreeSet<>();
  private final Set<String> enabled = new TreeSet<>();
  private final Set<String> recredentialed = new TreeSet<>();
  private final Set<String> rescoped = new TreeSet<>();
  private final Set<String> providersAdded = new TreeSet<>();
  private final Set<String> providersReplaced = new TreeSet<>();
  private final Set<String> providersRemoved = new TreeSet<>();

  private Differences() {}

  static StoreChange between(Snapshot before, Snapshot after, StoreChange.Source source) {
    Differences found = new Differences();
    if (before.peers() != after.peers()) {
      found.peers(before.peers(), after.peers());
    }
    if (before.credentials() != after.credentials()) {
      found.credentials(before.credentials(), after.credentials());
    }
    return new StoreChange(
        found.added,
        found.removed,
        found.disabled,
        found.enabled,
        found.recredentialed,
        found.rescoped,
        found.providersAdded,
        found.providersReplaced,
        found.providersRemoved,
        source,
        after.generation());
  }

  private void peers(PeerIndex before, PeerIndex after) {
    for (Map.Entry<String, PeerEntry> entry : after.all().entrySet()) {
      PeerEntry old = before.all().get(entry.getKey());
      if (old == null) {
        added.add(entry.getKey());
      } else if (!old.equals(entry.getValue())) {
        peer(old, entry.getValue());
      }
    }
    for (String id : before.all().keySet()) {
      if (!after.all().containsKey(id)) {
        removed.add(id);
      }
    }
    // A credential that two rows claim now, or no longer, leads elsewhere though no row changed.
    contested(before, after);
  }

  private void peer(PeerEntry before, PeerEntry after) {
    String id = after.peerId();
    if (before.enabled() != after.enabled()) {
      (after.enabled() ? enabled : disabled).add(id);
    }
    if (!before.fingerprints().equals(after.fingerprints())
        || !before.authTokenHash().equals(after.authTokenHash())) {
      recredentialed.add(id);
    }
    if (!before.scopes().equals(after.scopes()) || !before.resources().equals(after.resources())) {
      rescoped.add(id);
    }
  }

  private void contested(PeerIndex before, PeerIndex after) {
    Set<String> differing = new TreeSet<>(after.contested());
    differing.addAll(before.contested());
    differing.removeIf(id -> before.contested().contains(id) && after.contested().contains(id));
    differing.retainAll(after.all().keySet());
    differing.removeAll(added);
    recredentialed.addAll(differing);
  }

  private void credentials(CredentialIndex before, CredentialIndex after) {
    Map<String, EncryptedData> gone = new TreeMap<>(before.all());
    after
        .all()
        .forEach(
            (provider, data) -> {
              EncryptedData old = gone.remove(provider);
              if (old == null) {
                providersAdded.add(provider);
              } else if (!old.equals(data)) {
                providersReplaced.add(provider);
              }
            });
    providersRemoved.addAll(gone.keySet());
  }
}
