package org.alknet.store.sqlite;

import java.nio.file.Path;
import org.alknet.core.identity.IdentityStore;
import org.alknet.testkit.LeakCheck;
import org.alknet.testkit.contract.IdentityStoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SqliteIdentityStoreContractTest extends IdentityStoreContract {
  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;
  private @Nullable SqliteStore store;

  @Override
  protected IdentityStore open() throws Exception {
    SqliteStore opened = Stores.open(directory);
    store = opened;
    return opened.identities();
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
  }
}
