package org.alknet.store.sqlite.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WatchServiceHintTest {
  @TempDir Path directory;
  private final AtomicInteger hints = new AtomicInteger();
  private final DirectoryHint.Sink sink =
      new DirectoryHint.Sink() {
        @Override
        public void hint() {
          hints.incrementAndGet();
        }

        @Override
        public void lost(String reason) {}
      };

  private static <T> WatchEvent<T> event(WatchEvent.Kind<T> kind, T context) {
    return new WatchEvent<>() {
      @Override
      public Kind<T> kind() {
        return kind;
      }

      @Override
      public int count() {
        return 1;
      }

      @Override
      public T context() {
        return context;
      }
    };
  }

  @Test
  void lostEventsAreAHint() {
    WatchServiceHint hint = new WatchServiceHint(directory.resolve("alknet.db"));

    hint.take(event(StandardWatchEventKinds.OVERFLOW, new Object()), sink);

    assertThat(hints).hasValue(1);
  }

  @Test
  void onlyTheFilesThatACommitWritesAreHints() {
    WatchServiceHint hint = new WatchServiceHint(directory.resolve("alknet.db"));

    for (String name : new String[] {"alknet.db", "alknet.db-wal", "alknet.db-journal"}) {
      hint.take(event(StandardWatchEventKinds.ENTRY_MODIFY, Path.of(name)), sink);
    }
    for (String name : new String[] {"alknet.db-shm", "other.db", "native"}) {
      hint.take(event(StandardWatchEventKinds.ENTRY_MODIFY, Path.of(name)), sink);
    }

    assertThat(hints).hasValue(3);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theDirectoryProvesThatItIsWatched() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    try (WatchServiceHint hint = new WatchServiceHint(directory.resolve("alknet.db"))) {
      hint.start(sink);

      assertThat(hint.prove(Await.DEADLINE.toNanos())).isTrue();
      assertThat(directory).isEmptyDirectory();
      Files.createFile(directory.resolve("alknet.db-wal"));
      Await.until("a hint", () -> hints.get() > 0);
    }
  }
}
