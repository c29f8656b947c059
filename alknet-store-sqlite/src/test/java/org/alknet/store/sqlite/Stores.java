package org.alknet.store.sqlite;

import java.nio.file.Path;
import java.util.Locale;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;

/** Stores and values of tests. */
final class Stores {
  private Stores() {}

  /** The file of a test. */
  static Path file(Path directory) {
    return directory.resolve("data").resolve("alknet.db");
  }

  static SqliteStore open(Path directory) throws StoreException {
    return open(directory, SqliteStoreOptions.defaults());
  }

  static SqliteStore open(Path directory, SqliteStoreOptions options) throws StoreException {
    return SqliteStore.open(file(directory), options);
  }

  static PeerEntry peer(String id, int key) {
    return PeerEntry.builder(id).fingerprints(key(key)).scopes("scope-" + key).build();
  }

  static String key(int number) {
    return String.format(Locale.ROOT, "%s%064x", Fingerprints.ED25519_PREFIX, number);
  }

  static String hash(String token) {
    return TokenHash.of(AuthToken.ofUtf8(token)).orElseThrow();
  }

  static EncryptedData data(int keyVersion) {
    return EncryptedData.of(keyVersion, new byte[0], new byte[12], new byte[32]);
  }
}
