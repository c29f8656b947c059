package org.alknet.store.sqlite;

import java.nio.file.Path;
import org.alknet.core.credential.CredentialStore;
import org.alknet.testkit.LeakCheck;
import org.alknet.testkit.contract.CredentialStoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SqliteCredentialStoreContractTest extends CredentialStoreContract {
  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;
  private @Nullable SqliteStore store;

  @Override
  protected CredentialStore open() throws Exception {
    SqliteStore opened = Stores.open(directory);
    store = opened;
    return opened.credentials();
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
  }
}
