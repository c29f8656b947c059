package org.alknet.cli.assembly;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.identity.ApiKeyEntry;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;

/**
 * Keeps apart what both becomes the id of an identity: prefixes of API keys and ids of peers
 * (spec/cli.md section 7, step 3).
 *
 * <p>Thread-safe.
 */
final class ApiKeyPrefixes {
  private final Optional<SqliteStore> store;

  ApiKeyPrefixes(Optional<SqliteStore> store) {
    this.store = store;
  }

  /**
   * Checks the keys of a configuration.
   *
   * @throws NodeException if one of them has the id of a peer as its prefix
   */
  void check(DynamicConfig config) throws NodeException {
    List<String> taken = collisions(config);
    if (!taken.isEmpty()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          "API keys and peers are told apart by name, and these are both: "
              + String.join(", ", taken),
          "Rename the peer (alknet peer update ID --rename NEW) or issue another key.");
    }
  }

  /** Returns the prefixes that are ids of peers as well. */
  List<String> collisions(DynamicConfig config) {
    List<String> peers =
        Stream.concat(
                config.auth().peers().stream(),
                store.stream().flatMap(s -> s.identities().peers().stream()))
            .map(PeerEntry::peerId)
            .toList();
    return config.auth().apiKeys().stream()
        .map(ApiKeyEntry::prefix)
        .filter(peers::contains)
        .distinct()
        .toList();
  }
}
