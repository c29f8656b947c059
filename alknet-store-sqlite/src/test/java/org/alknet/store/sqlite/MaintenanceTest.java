package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.testkit.Await;
import org.alknet.testkit.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backup, restore, checks, export and housekeeping. */
class MaintenanceTest {
  private static final SqliteStoreOptions MANUAL =
      SqliteStoreOptions.builder().watch(WatchMode.MANUAL).keepNotifications(10).build();

  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;
  private SqliteStore store;

  @BeforeEach
  void open() throws StoreException {
    store = Stores.open(directory, MANUAL);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Path file() {
    return Stores.file(directory);
  }

  private Path backup() {
    return directory.resolve("backup.db");
  }

  private void put(PeerEntry peer) {
    Await.result(store.identities().putPeer(peer));
  }

  @Test
  void aBackupIsAWholePrivateCopy() throws Exception {
    put(Stores.peer("alice", 1));
    Await.result(store.credentials().put("p", Stores.data(3)));

    BackupReport report = store.backupTo(backup(), false);

    assertThat(report.peers()).isEqualTo(1);
    assertThat(report.credentials()).isEqualTo(1);
    assertThat(report.schemaVersion()).isEqualTo(1);
    assertThat(report.bytes()).isEqualTo(Files.size(backup()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup())))
        .isEqualTo("rw-------");
    assertThat(Bare.run(backup(), "PRAGMA application_id", "PRAGMA journal_mode"))
        .containsExactly("1634496116", "delete");
    assertThatThrownBy(() -> store.backupTo(backup(), false))
        .hasMessageContaining("is not overwritten");
    assertThat(store.backupTo(backup(), true).peers()).isEqualTo(1);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "backup.db");
    }
  }

  @Test
  void aBackupNeverGoesOntoTheStoreItself() throws Exception {
    for (String suffix : List.of("", "-wal", "-shm")) {
      assertThatThrownBy(() -> store.backupTo(file().resolveSibling("alknet.db" + suffix), true))
          .hasMessageContaining("belongs to the store itself");
    }
    Path link = Files.createLink(directory.resolve("link"), file());
    assertThatThrownBy(() -> store.backupTo(link, true)).hasMessageContaining("itself");
    assertThatThrownBy(() -> store.backupTo(directory.resolve("it's.db"), true))
        .isInstanceOf(StoreException.Backend.class)
        .hasMessageContaining("no quote");
    assertThatThrownBy(() -> store.restoreFrom(directory.resolve("it's.db")))
        .hasMessageContaining("no quote");
  }

  @Test
  void aRestoreIsSeenByOtherStoresReportedAndUndoable() throws Exception {
    put(Stores.peer("alice", 1));
    Await.result(store.credentials().put("p", Stores.data(3)));
    store.backupTo(backup(), false);
    for (int i = 0; i < 5; i++) {
      put(Stores.peer("alice", 1).toBuilder().enabled(i % 2 == 0).build());
    }
    put(Stores.peer("alice", 1).toBuilder().enabled(false).build());
    put(Stores.peer("bob", 2));
    Await.result(store.credentials().delete("p"));
    try (SqliteStore other = SqliteStore.open(file(), SqliteStoreOptions.defaults())) {
      List<Notification> heard = Collections.synchronizedList(new ArrayList<>());
      other.subscribe("peers_changed", heard::add);

      StoreChange change = store.restoreFrom(backup());

      assertThat(change.enabled()).containsExactly("alice");
      assertThat(change.removed()).containsExactly("bob");
      assertThat(change.providersAdded()).containsExactly("p");
      Await.until(
          "the other store follows",
          () -> other.identities().resolveFromFingerprint(Stores.key(1)).isPresent());
      assertThat(other.identities().peer("bob")).isEmpty();
      Await.until("listeners wake", () -> !heard.isEmpty());
    }
    assertThat(store.check(true).problems()).isEmpty();
    put(Stores.peer("carol", 3));
    assertThat(store.identities().peer("carol")).isPresent();
    Path saved;
    try (Stream<Path> files = Files.list(file().getParent())) {
      saved = files.filter(p -> p.toString().endsWith(".bak")).findFirst().orElseThrow();
    }
    assertThat(store.restoreFrom(saved).added()).containsExactly("bob");
  }

  @Test
  void whatIsNotOursIsNotRestored() throws Exception {
    put(Stores.peer("alice", 1));
    store.backupTo(backup(), false);
    Bare.run(backup(), "PRAGMA user_version=2");
    Path foreign = directory.resolve("foreign.db");
    Bare.run(foreign, "CREATE TABLE songs(title)");
    Path empty = Files.createFile(directory.resolve("empty.db"));
    Path garbage = Files.writeString(directory.resolve("garbage.db"), "garbage".repeat(999));

    assertThatThrownBy(() -> store.restoreFrom(backup())).hasMessageContaining("newer");
    for (Path wrong : List.of(foreign, empty, garbage)) {
      assertThatThrownBy(() -> store.restoreFrom(wrong))
          .hasMessage("backend error: not an alknet store");
    }
    assertThatThrownBy(() -> store.restoreFrom(directory.resolve("none")))
        .hasMessageContaining("no backup at");
    assertThatThrownBy(() -> store.restoreFrom(file())).hasMessageContaining("itself");
    assertThat(store.identities().peer("alice")).isPresent();
  }

  @Test
  void anExportMakesAnEqualStore() throws Exception {
    put(
        PeerEntry.builder("alice")
            .fingerprints(Stores.key(1), Stores.key(2))
            .authTokenHash(Stores.hash("t"))
            .scopes("a", "b")
            .resources(Map.of("service", List.of("x")))
            .displayName("A \"lice\"")
            .build());
    put(PeerEntry.builder("bob").enabled(false).build());
    Await.result(store.credentials().put("p", Stores.data(0xffff)));
    StringWriter text = new StringWriter();
    store.exportJson(text);
    try (SqliteStore copy = SqliteStore.open(directory.resolve("copy/alknet.db"), MANUAL)) {
      Await.result(copy.identities().putPeer(Stores.peer("gone", 9)));

      Await.result(copy.importJson(new StringReader(text.toString()), ImportMode.REPLACE));

      assertThat(copy.identities().peers()).isEqualTo(store.identities().peers());
      assertThat(copy.credentials().get("p")).isEqualTo(store.credentials().get("p"));
      Await.result(copy.identities().putPeer(Stores.peer("stays", 9)));
      Await.result(copy.importJson(new StringReader(text.toString()), ImportMode.MERGE));
      assertThat(copy.identities().peers()).hasSize(3);
    }
    assertThat(text.toString().lines().findFirst().orElseThrow())
        .startsWith("{\"peer_id\":\"alice\"");
  }

  @Test
  void aWrongImportChangesNothingAndNamesTheLine() {
    put(Stores.peer("alice", 1));
    for (String wrong :
        List.of(
            "{\"peer_id\":\"a\",\"scope\":[]}",
            "[]",
            "{\"peer_id\":7}",
            "{\"provider\":\"p\",\"data\":{\"key_version\":1,\"salt\":\"\",\"iv\":\"?\",\"data\":\"\"}}",
            "{\"provider\":\"p\",\"data\":{\"key_version\":-1,\"salt\":\"\",\"iv\":\"\",\"data\":\"\"}}",
            "{\"peer_id\":\"a\",\"enabled\":1}")) {
      String text = "{\"peer_id\":\"bob\"}\n\n" + wrong;
      assertThat(
              Await.failure(
                  store.importJson(new StringReader(text), ImportMode.REPLACE),
                  StoreException.Serialization.class))
          .hasMessageContaining("line 3");
    }
    assertThat(store.identities().peers()).containsExactly(Stores.peer("alice", 1));
  }

  @Test
  void oldNotificationsOfOurChannelsArePrunedAndThoseOfOthersStay() throws Exception {
    Bare.run(
        file(),
        "INSERT INTO _honker_notifications(channel, payload, created_at)"
            + " VALUES ('jobs', '{}', 1), ('peers_changed', '{}', 1)");
    for (int i = 0; i < 130; i++) {
      put(Stores.peer("alice", i));
    }

    assertThat(
            Bare.run(
                file(),
                "SELECT count(*) FROM _honker_notifications WHERE channel = 'jobs'",
                "SELECT count(*) FROM _honker_notifications WHERE created_at = 1"))
        .containsExactly("1", "1");
    assertThat(
            Integer.parseInt(
                Bare.run(
                        file(),
                        "SELECT count(*) FROM _honker_notifications"
                            + " WHERE channel = 'peers_changed'")
                    .get(0)))
        .isBetween(10, 74);
  }

  @Test
  void aListenerThatSleptThroughAPruneConverges() throws Exception {
    try (SqliteStore other = Stores.open(directory, MANUAL)) {
      put(Stores.peer("alice", 1));
      Bare.run(file(), "DELETE FROM _honker_notifications");

      Await.result(other.refresh());

      assertThat(other.identities().peer("alice")).isPresent();
    }
  }

  @Test
  void aListenerTooFarBehindGetsOneMarker() throws Exception {
    List<Notification> heard = Collections.synchronizedList(new ArrayList<>());
    try (SqliteStore other = Stores.open(directory, MANUAL)) {
      other.subscribe("jobs", heard::add);
      Bare.run(
          file(),
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)"
              + " INSERT INTO _honker_notifications(channel, payload) SELECT 'jobs', '{}' FROM n");
      Await.result(other.refresh());
      Await.until("the marker comes", () -> !heard.isEmpty());
      Bare.run(file(), "INSERT INTO _honker_notifications(channel, payload) VALUES ('jobs', '{}')");
      Await.result(other.refresh());
      Await.until("the next row comes", () -> heard.size() == 2);
    }

    assertThat(heard.get(0).isOverflow()).isTrue();
    assertThat(heard.get(1).isOverflow()).isFalse();
  }

  @Test
  void aCheckNamesWhatIsNotTheSchemas() throws Exception {
    assertThat(store.check(true).ok()).isTrue();
    Bare.run(
        file(),
        "DROP TRIGGER alknet_peers_ad",
        "CREATE TRIGGER evil AFTER INSERT ON peers BEGIN SELECT 1; END");

    assertThat(store.check(false).problems())
        .containsExactlyInAnyOrder("trigger evil is not the schema's", "missing: alknet_peers_ad");
  }
}
