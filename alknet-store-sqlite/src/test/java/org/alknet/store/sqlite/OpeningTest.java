package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.alknet.core.credential.StoreException;
import org.alknet.testkit.Await;
import org.alknet.testkit.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is opened, what is refused, and what the files look like. */
class OpeningTest {
  private static final SqliteStoreOptions MANUAL =
      SqliteStoreOptions.builder().watch(WatchMode.MANUAL).build();

  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("alknet.db");
  }

  private StoreException refused() {
    return refused(MANUAL);
  }

  private StoreException refused(SqliteStoreOptions options) {
    try (SqliteStore store = SqliteStore.open(file(), options)) {
      throw new AssertionError("opened " + store);
    } catch (StoreException refused) {
      return refused;
    }
  }

  private void chmod(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void everyFileIsItsOwnersAlone() throws Exception {
    Path deep = directory.resolve("a").resolve("alknet.db");
    try (SqliteStore store = SqliteStore.open(deep, MANUAL)) {
      Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
      assertThat(mode(directory.resolve("a"))).isEqualTo("rwx------");
      for (String suffix : List.of("", "-wal", "-shm")) {
        assertThat(mode(deep.resolveSibling("alknet.db" + suffix))).isEqualTo("rw-------");
      }
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whatOthersCanWriteIsRefusedAndWhatTheyCanReadIsOpened() throws Exception {
    SqliteStore.open(file(), MANUAL).close();
    chmod(file(), "rw-rw----");
    assertThat(refused()).hasMessageContaining("rw-rw----").hasMessageContaining("chmod 600");
    chmod(file(), "rw-r-----");
    SqliteStore.open(file(), MANUAL).close();
    chmod(file(), "rw-------");
    chmod(directory, "rwxrwx---");
    assertThat(refused()).hasMessageContaining("chmod 700");
    chmod(directory, "rwx------");
  }

  @Test
  void aSymbolicLinkIsRefused() throws Exception {
    Files.createSymbolicLink(file(), directory.resolve("elsewhere.db"));

    assertThat(refused()).hasMessageContaining("symbolic link");
  }

  @Test
  void aDirectoryBehindALinkIsFine() throws Exception {
    Files.createDirectory(directory.resolve("real"));
    chmod(directory.resolve("real"), "rwx------");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("real"));

    try (SqliteStore store = SqliteStore.open(link.resolve("alknet.db"), MANUAL)) {
      assertThat(store.info().path()).isEqualTo(directory.toRealPath().resolve("real/alknet.db"));
    }
  }

  @Test
  void namesTheDriverWouldMisreadAreRefused() {
    for (String name : List.of("a'b.db", "a?cache=shared", "a\nb")) {
      assertThatThrownBy(() -> SqliteStore.open(directory.resolve(name), MANUAL))
          .isInstanceOf(StoreException.Backend.class);
    }
  }

  @Test
  void aMissingStoreIsNotCreatedUnlessAllowed() {
    assertThat(refused(SqliteStoreOptions.builder().mode(OpenMode.EXISTING).build()))
        .hasMessageContaining("no store at");
    assertThat(refused(SqliteStoreOptions.builder().mode(OpenMode.READ_ONLY).build()))
        .hasMessageContaining("no store at");
    assertThat(file()).doesNotExist();
  }

  @Test
  void aReadOnlyStoreReadsFollowsAndRefusesWrites() throws Exception {
    try (SqliteStore writing = SqliteStore.open(file(), MANUAL)) {
      Await.result(writing.identities().putPeer(Stores.peer("alice", 1)));
      try (SqliteStore reading =
          SqliteStore.open(file(), SqliteStoreOptions.builder().mode(OpenMode.READ_ONLY).build())) {
        assertThat(reading.identities().resolveFromFingerprint(Stores.key(1))).isPresent();
        assertThat(
                Await.failure(
                    reading.identities().removePeer("alice"), StoreException.Backend.class))
            .hasMessageContaining("read-only");
        Await.result(writing.identities().removePeer("alice"));
        Await.result(reading.refresh());
        assertThat(reading.identities().resolveFromFingerprint(Stores.key(1))).isEmpty();
        assertThat(reading.check(false).ok()).isTrue();
      }
    }
    try (SqliteStore alone =
        SqliteStore.open(file(), SqliteStoreOptions.builder().mode(OpenMode.READ_ONLY).build())) {
      assertThat(alone.identities().peers()).isEmpty();
    }
  }

  @Test
  void garbageAndForeignDatabasesAreRefusedUnchanged() throws Exception {
    byte[] garbage =
        "this is no database at all, just text".repeat(40).getBytes(StandardCharsets.UTF_8);
    Files.write(file(), garbage);
    chmod(file(), "rw-------");
    assertThat(refused()).hasMessage("backend error: not an alknet store");
    assertThat(Files.readAllBytes(file())).isEqualTo(garbage);

    Files.delete(file());
    Bare.run(file(), "CREATE TABLE songs(title)");
    chmod(file(), "rw-------");
    byte[] foreign = Files.readAllBytes(file());
    assertThat(refused()).hasMessage("backend error: not an alknet store");
    assertThat(Files.readAllBytes(file())).isEqualTo(foreign);

    Files.delete(file());
    Bare.run(file(), "PRAGMA application_id=42", "CREATE TABLE peers(x)");
    chmod(file(), "rw-------");
    assertThat(refused()).hasMessage("backend error: not an alknet store");
  }

  @Test
  void anEmptyFileBecomesAStore() throws Exception {
    Files.createFile(
        file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));

    try (SqliteStore store = SqliteStore.open(file(), MANUAL)) {
      assertThat(store.info().schemaVersion()).isEqualTo(1);
    }
  }

  @Test
  void aNewerVersionIsRefusedAndAnUnmarkedOneIsAdopted() throws Exception {
    try (SqliteStore store = SqliteStore.open(file(), MANUAL)) {
      Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    }
    Bare.run(file(), "PRAGMA user_version=3");
    assertThat(refused())
        .hasMessage("backend error: store schema version 3 is newer than this program (1)");

    Bare.run(file(), "PRAGMA user_version=0", "PRAGMA application_id=0");
    try (SqliteStore store = SqliteStore.open(file(), MANUAL)) {
      assertThat(store.identities().peer("alice")).isPresent();
      assertThat(store.check(true).ok()).isTrue();
    }
    assertThat(Bare.run(file(), "PRAGMA application_id", "PRAGMA user_version"))
        .containsExactly("1634496116", "1");
  }

  /** The text is honker's own. */
  @Test
  void aTableThatHonkerMadeIsAdoptedAndItsRowsAreDelivered() throws Exception {
    Bare.run(
        file(),
        "CREATE TABLE IF NOT EXISTS _honker_notifications ("
            + "id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL,"
            + " payload TEXT NOT NULL, created_at INTEGER NOT NULL DEFAULT (unixepoch()))",
        "CREATE INDEX IF NOT EXISTS _honker_notifications_recent"
            + " ON _honker_notifications(channel, id)",
        "INSERT INTO _honker_notifications(channel, payload) VALUES ('jobs', '{}')");
    chmod(file(), "rw-------");

    try (SqliteStore store = SqliteStore.open(file(), MANUAL)) {
      assertThat(store.check(true).problems()).isEmpty();
      List<Notification> jobs = Collections.synchronizedList(new ArrayList<>());
      store.subscribe("jobs", jobs::add);
      Bare.run(
          file(),
          "INSERT INTO _honker_notifications(channel, payload) VALUES ('jobs', '{\"n\":1}')");
      Await.result(store.refresh());
      Await.until("the row is delivered", () -> jobs.size() == 1);
      assertThat(jobs.get(0).payload()).isEqualTo("{\"n\":1}");
      assertThat(jobs.get(0).id()).isEqualTo(2);
    }
  }

  @Test
  void aTruncatedFileIsRefused() throws Exception {
    try (SqliteStore store = SqliteStore.open(file(), MANUAL)) {
      for (int i = 0; i < 20; i++) {
        Await.result(store.identities().putPeer(Stores.peer("peer-" + i, i)));
      }
    }
    byte[] whole = Files.readAllBytes(file());
    for (int length : new int[] {50, 100, 512, 4096, whole.length / 2, whole.length - 4096}) {
      Files.write(file(), Arrays.copyOf(whole, length));
      assertThat(refused()).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void rootDoesNotCreateAStoreInTheDirectoryOfAnother() throws Exception {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid")), "not run as root");
    Files.setAttribute(directory, "unix:uid", 65534);
    try {
      assertThat(refused()).hasMessageContaining("root does not create a store");
    } finally {
      Files.setAttribute(directory, "unix:uid", 0);
    }
  }

  @Test
  void optionsOutOfTheirRangeAreMisuse() {
    SqliteStoreOptions.Builder options = SqliteStoreOptions.builder();
    assertThatThrownBy(() -> options.pollInterval(Duration.ZERO).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("poll_interval");
    assertThatThrownBy(() -> SqliteStoreOptions.builder().keepNotifications(0).build())
        .hasMessageContaining("keep_notifications");
  }
}
