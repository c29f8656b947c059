package org.alknet.store.sqlite.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.credential.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which operations share a commit, and what becomes of them if one cannot be done. */
final class WriterLoopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final List<String> ends = new CopyOnWriteArrayList<>();
  private final Commits commits = new Commits();
  private StoreFile.Opened file;
  private WriterLoop loop;

  @BeforeEach
  void prepare() throws Exception {
    file =
        StoreFile.open(
            new StoreFile.Request(
                directory.resolve("data/alknet.db"),
                true,
                false,
                false,
                Duration.ofSeconds(5),
                false,
                1_000,
                0));
    loop =
        new WriterLoop(
            file.sessions(), Objects.requireNonNull(file.writer()), commits, Parker.system(), 10);
  }

  @AfterEach
  void end() throws Exception {
    loop.drain(PATIENCE);
    loop.closeSession();
  }

  @Test
  void operationsThatWaitTogetherShareACommitInTheirOrder() throws Exception {
    for (int i = 0; i < 70; i++) {
      loop.submit(new Insert("write-" + i));
    }
    run();

    // 32, 32 and 6.
    assertThat(commits.count).hasValue(3);
    assertThat(rows()).hasSize(10).endsWith("write-68", "write-69");
    assertThat(ends).hasSize(70).startsWith("write-0 done", "write-1 done").doesNotHaveDuplicates();
  }

  @Test
  void anOperationThatIsRefusedHarmsNoOtherAndLeavesNothingBehind() throws Exception {
    loop.submit(new Insert("a"));
    loop.submit(
        new Insert("b") {
          @Override
          public void run(Session session) throws SQLException, StoreException {
            super.run(session);
            throw new StoreException.NotFound("b");
          }
        });
    loop.submit(new Insert("c"));
    loop.submit(
        new Insert("d") {
          @Override
          public void run(Session session) throws SQLException, StoreException {
            super.run(session);
            throw new IllegalStateException("a bug");
          }
        });
    loop.submit(
        new Insert("e") {
          @Override
          public void run(Session session) throws SQLException, StoreException {
            super.run(session);
            session.update("INSERT INTO no_such_table VALUES (1)");
          }
        });
    loop.submit(new Insert("f"));
    run();

    assertThat(rows()).containsExactly("a", "c", "f");
    assertThat(ends)
        .containsExactly("a done", "b failed", "c done", "d failed", "e failed", "f done");
    assertThat(commits.count).hasValue(3);
  }

  @Test
  void whatWantsTheSessionForItselfSharesNothing() throws Exception {
    loop.submit(new Insert("a"));
    loop.submit(new Insert("b"));
    loop.submit(
        new Insert("c") {
          @Override
          public boolean exclusive() {
            return true;
          }
        });
    loop.submit(new Insert("d"));
    loop.submit(new Insert("e"));
    run();

    assertThat(rows()).containsExactly("a", "b", "c", "d", "e");
    // The one in the middle commits by itself.
    assertThat(commits.count).hasValue(2);
  }

  @Test
  void operationsThatChangeNothingNeedNoCommit() throws Exception {
    for (String name : List.of("a", "b")) {
      loop.submit(
          new Insert(name) {
            @Override
            public void run(Session session) {}

            @Override
            public boolean hasChanges() {
              return false;
            }
          });
    }
    run();

    assertThat(commits.count).hasValue(0);
    assertThat(ends).containsExactly("a done", "b done");
  }

  @Test
  void aSharedCommitIsRefusedToAllOfThem() throws Exception {
    commits.refuse = true;
    loop.submit(new Insert("a"));
    loop.submit(new Insert("b"));
    run();

    assertThat(ends).containsExactly("a failed", "b failed");
    assertThat(rows()).isEmpty();
  }

  private void run() throws InterruptedException {
    loop.start();
    loop.drain(PATIENCE);
  }

  private List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Session reader = file.sessions().reader()) {
      reader.query(
          "SELECT payload FROM _honker_notifications WHERE channel = 'test' ORDER BY id DESC"
              + " LIMIT 10",
          row -> rows.add(0, row.getString(1)));
    }
    return rows;
  }

  private static final class Commits implements WriterLoop.Monitor {
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean refuse;

    @Override
    public void beforeWrite() throws StoreException {
      if (refuse) {
        throw new StoreException.Backend("replaced");
      }
    }

    @Override
    public void failed(SQLException failure) {}

    @Override
    public void succeeded() {
      count.incrementAndGet();
    }
  }

  /** Adds a notification under its name. */
  private class Insert implements WriterLoop.Operation {
    private final String name;

    Insert(String name) {
      this.name = name;
    }

    @Override
    public void run(Session session) throws SQLException, StoreException {
      Notifications.insert(session, "test", name);
    }

    @Override
    public void committed() {
      ends.add(name + " done");
    }

    @Override
    public void failed(StoreException reason) {
      ends.add(name + " failed");
    }
  }
}
