package org.alknet.store.sqlite.internal;

import java.nio.file.Path;
import java.time.Duration;

/** Dies in the middle of a migration; run in a process of its own. */
public final class KilledMigration {
  private KilledMigration() {}

  /** Migrates, and halts after so many statements; prints nothing. */
  public static void run(Path file, int after) throws Exception {
    FileGuards.create(file);
    Sessions sessions = new Sessions(file, true, Duration.ofSeconds(5), false, 0);
    Session writer = sessions.writer();
    writer.text("PRAGMA journal_mode=WAL");
    int[] done = {0};
    Migrations.migrate(
        writer,
        1000,
        () -> {
          if (++done[0] == after) {
            Runtime.getRuntime().halt(9);
          }
        });
    Runtime.getRuntime().halt(done[0] == 0 ? 1 : 0);
  }
}
