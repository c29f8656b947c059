package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell of SQLite beside a running store, as an operator uses it during an incident. */
class ShellInteropIT {
  @TempDir private Path directory;

  @BeforeEach
  void needsTheShell() {
    assumeTrue(Boolean.getBoolean("alknet.interop"), "needs -Pinterop and the sqlite3 program");
  }

  @Test
  void theShellWakesARunningStore() throws Exception {
    try (SqliteStore store = Stores.open(directory, SqliteStoreOptions.defaults())) {
      Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
      Process shell =
          new ProcessBuilder(
                  "sqlite3",
                  store.info().path().toString(),
                  "UPDATE peers SET enabled = 0 WHERE peer_id='alice'")
              .inheritIO()
              .start();
      assertThat(shell.waitFor()).isZero();
      Await.until(
          "alice is revoked",
          () -> store.identities().resolveFromFingerprint(Stores.key(1)).isEmpty());
      assertThat(store.check(true).problems()).isEmpty();
    }
  }
}
