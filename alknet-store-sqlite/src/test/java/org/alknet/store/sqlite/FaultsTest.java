package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.internal.DirectoryHint;
import org.alknet.store.sqlite.internal.Parker;
import org.alknet.store.sqlite.internal.WatchServiceHint;
import org.alknet.testkit.Await;
import org.alknet.testkit.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around a running store: it says so, and reads go on. */
class FaultsTest {
  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
  @TempDir Path directory;
  private final List<Long> pauses = Collections.synchronizedList(new ArrayList<>());

  @SuppressWarnings("NullAway.Init") // each test opens its own
  private SqliteStore store;

  @AfterEach
  void close() {
    store.close();
  }

  private void open(SqliteStoreOptions.Builder options, long maxPages) throws StoreException {
    Parker recording =
        new Parker() {
          @Override
          public void park(long nanos) {
            pauses.add(TimeUnit.NANOSECONDS.toMillis(nanos));
          }

          @Override
          public void unpark() {}
        };
    store =
        SqliteStore.open(
            Stores.file(directory),
            options.heartbeat(Duration.ofMillis(50)).build(),
            new Wiring(
                Clock.systemUTC(),
                System::nanoTime,
                Parker.system(),
                recording,
                WatchServiceHint::new,
                maxPages));
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
  }

  private void open() throws StoreException {
    open(SqliteStoreOptions.builder(), 0);
  }

  private Path file() {
    return Stores.file(directory);
  }

  private void aliceIsKnown() {
    assertThat(store.identities().resolveFromFingerprint(Stores.key(1))).isPresent();
  }

  private void until(StoreHealth.Status status) {
    Await.until("health is " + status, () -> store.health().status() == status);
  }

  @Test
  void aFullDiskFailsTheWriteAndTheNextThatSucceedsMendsIt() throws Exception {
    open(SqliteStoreOptions.builder(), 40);
    PeerEntry large = PeerEntry.builder("large").scopes("x".repeat(200_000)).build();

    StoreException refused =
        Await.failure(store.identities().putPeer(large), StoreException.Backend.class);

    assertThat(refused).hasMessageContaining("SQLITE_FULL");
    assertThat(store.health().status()).isEqualTo(StoreHealth.Status.DEGRADED);
    assertThat(store.health().reason()).isEqualTo("the disk is full");
    aliceIsKnown();
    Await.result(store.identities().putPeer(Stores.peer("bob", 2)));
    assertThat(store.health()).isEqualTo(StoreHealth.OK);
    assertThat(store.identities().peer("large")).isEmpty();
  }

  @Test
  void aReplacedFileIsNoticedAndNothingIsWrittenIntoTheDeadOne() throws Exception {
    open();
    Path other = directory.resolve("other/alknet.db");
    try (SqliteStore second = SqliteStore.open(other, SqliteStoreOptions.defaults())) {
      Await.result(second.identities().putPeer(Stores.peer("mallory", 7)));
    }
    Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

    assertThat(
            Await.failure(
                store.identities().putPeer(Stores.peer("bob", 2)), StoreException.Backend.class))
        .hasMessageContaining("was replaced");
    until(StoreHealth.Status.FAILED);
    aliceIsKnown();
    assertThat(store.identities().peer("mallory")).isEmpty();
  }

  @Test
  void aRemovedFileIsNoticedByTheHeartbeatAlone() throws Exception {
    open();
    Files.move(file(), directory.resolve("aside.db"));

    until(StoreHealth.Status.FAILED);
    assertThat(store.health().since()).isPresent();
    aliceIsKnown();
    assertThat(Await.failure(store.identities().removePeer("alice"), StoreException.Backend.class))
        .hasMessageContaining("was replaced or removed");
  }

  @Test
  void aBusyFileIsTriedThreeTimesMore() throws Exception {
    open(SqliteStoreOptions.builder().busyTimeout(Duration.ZERO), 0);
    try (Bare other = new Bare(file())) {
      other.run("BEGIN IMMEDIATE");

      assertThat(
              Await.failure(
                  store.identities().putPeer(Stores.peer("bob", 2)), StoreException.Backend.class))
          .hasMessageContaining("SQLITE_BUSY");

      assertThat(pauses).containsExactly(50L, 200L, 800L);
      other.run("ROLLBACK");
    }
    Await.result(store.identities().putPeer(Stores.peer("bob", 2)));
  }

  @Test
  void aFullQueueRefusesAtOnce() throws Exception {
    open(SqliteStoreOptions.builder().busyTimeout(Duration.ofSeconds(20)), 0);
    List<CompletionStage<Void>> writes = new ArrayList<>();
    try (Bare other = new Bare(file())) {
      other.run("BEGIN IMMEDIATE");
      // 256 wait, and at most 32 are with the writer.
      for (int i = 0; i < 289; i++) {
        writes.add(store.identities().putPeer(Stores.peer("bob", 2)));
      }
      assertThat(Await.failure(writes.get(288), StoreException.Backend.class))
          .hasMessage("backend error: write queue full");
      other.run("ROLLBACK");
    }
    Await.result(writes.get(0));
    Await.result(writes.get(255));
  }

  @Test
  void tablesThatCannotBeReadLeaveTheLastGoodStateUntilTheyCan() throws Exception {
    open();
    Bare.run(file(), "ALTER TABLE peers RENAME TO gone");

    until(StoreHealth.Status.DEGRADED);
    assertThat(store.health().reason()).contains("cannot refresh");
    aliceIsKnown();

    Bare.run(file(), "ALTER TABLE gone RENAME TO peers");
    until(StoreHealth.Status.OK);
    aliceIsKnown();
  }

  @Test
  void underDenyAfterNobodyIsKnownUntilTheTablesCanBeReadAgain() throws Exception {
    open(SqliteStoreOptions.builder().denyAfter(Duration.ofMillis(1)), 0);
    List<StoreChange> changes = Collections.synchronizedList(new ArrayList<>());
    store.onChange(changes::add);
    Bare.run(file(), "ALTER TABLE peers RENAME TO gone");

    Await.until(
        "alice is unknown",
        () -> store.identities().resolveFromFingerprint(Stores.key(1)).isEmpty());
    Await.until("listeners are told", () -> !changes.isEmpty());
    assertThat(changes.get(0).removed()).containsExactly("alice");

    Bare.run(file(), "ALTER TABLE gone RENAME TO peers");
    Await.until(
        "alice is back",
        () -> store.identities().resolveFromFingerprint(Stores.key(1)).isPresent());
  }

  @Test
  void unclearRowsAreLeftOutAndTheRestIsServed() throws Exception {
    open();
    Bare.run(
        file(),
        "INSERT INTO peers(peer_id, fingerprints) VALUES ('bad-1', '[\"nonsense\"]')",
        "INSERT INTO peers(peer_id, fingerprints) VALUES ('bad-2', '[1]')",
        "INSERT INTO peers(peer_id, auth_token_hash) VALUES ('bad-3', 'sha256:short')",
        "INSERT INTO peers(peer_id, resources) VALUES ('bad-4', '{\"a\":\"b\"}')",
        "INSERT INTO peers(peer_id) VALUES ('local')",
        "INSERT INTO peers(peer_id, fingerprints, scopes) VALUES"
            + " ('good', ' [ \""
            + Stores.key(5)
            + "\" ] ', '[\"x\"]')");

    until(StoreHealth.Status.DEGRADED);
    Await.until("good is known", () -> store.identities().peer("good").isPresent());
    aliceIsKnown();
    assertThat(store.identities().resolveFromFingerprint(Stores.key(5))).isPresent();
    assertThat(store.identities().peers()).hasSize(2);
    assertThat(store.info().badRows()).isEqualTo(5);
    assertThat(store.check(false).problems()).hasSize(5).anyMatch(p -> p.contains("bad-1"));

    Bare.run(file(), "DELETE FROM peers WHERE peer_id LIKE 'bad%' OR peer_id = 'local'");
    until(StoreHealth.Status.OK);
  }

  @Test
  void aContestedFingerprintLeadsToNobody() throws Exception {
    open();
    List<StoreChange> changes = Collections.synchronizedList(new ArrayList<>());
    store.onChange(changes::add);
    Bare.run(
        file(),
        "DROP TRIGGER alknet_peers_fp_bi",
        "INSERT INTO peers(peer_id, fingerprints) VALUES ('mallory', '[\""
            + Stores.key(1)
            + "\", \""
            + Stores.key(6)
            + "\"]')");

    Await.until("mallory is there", () -> store.identities().peer("mallory").isPresent());

    assertThat(store.identities().resolveFromFingerprint(Stores.key(1))).isEmpty();
    assertThat(store.identities().resolveFromFingerprint(Stores.key(6))).isPresent();
    Await.until("listeners are told", () -> !changes.isEmpty());
    assertThat(changes.get(0).recredentialed()).containsExactly("alice");
  }

  @Test
  void aPeerWhoseFingerprintIsContestedCanStillBeDisabled() throws Exception {
    open();
    Bare.run(
        file(),
        "DROP TRIGGER alknet_peers_fp_bi",
        "INSERT INTO peers(peer_id, fingerprints) VALUES ('mallory', '[\""
            + Stores.key(1)
            + "\"]')");
    Await.until("mallory is there", () -> store.identities().peer("mallory").isPresent());
    PeerEntry mallory = store.identities().peer("mallory").orElseThrow();

    Await.result(
        store.identities().updatePeer("mallory", mallory.toBuilder().enabled(false).build()));

    assertThat(store.identities().peer("mallory").orElseThrow().enabled()).isFalse();
    assertThat(store.identities().resolveFromFingerprint(Stores.key(1))).isEmpty();
  }

  /** A table of somebody else's making may hold bytes where a text belongs. */
  @Test
  void aColumnOfBytesHarmsItsRowAlone() throws Exception {
    open();
    Bare.run(
        file(),
        "CREATE TABLE loose AS SELECT * FROM peers",
        "DROP TABLE peers",
        "ALTER TABLE loose RENAME TO peers",
        "INSERT INTO peers SELECT 'bytes', fingerprints, NULL, x'ff00', resources, NULL, 1 FROM"
            + " peers",
        "INSERT INTO peers SELECT 'carol', '[]', NULL, scopes, resources, x'43', 1 FROM peers"
            + " WHERE peer_id = 'alice'");

    Await.until("carol is there", () -> store.identities().peer("carol").isPresent());

    assertThat(store.identities().resolveFromFingerprint(Stores.key(1))).isPresent();
    assertThat(store.identities().peer("bytes")).isEmpty();
    assertThat(store.info().badRows()).isEqualTo(1);
  }

  @Test
  void aChangeWithoutTriggersIsFoundAndBothTablesAreRead() throws Exception {
    open();
    Await.result(store.credentials().put("p", Stores.data(1)));
    Bare.run(file(), "DROP TRIGGER alknet_peers_au", "DROP TRIGGER alknet_credentials_ad");

    Bare.run(file(), "UPDATE peers SET enabled = 0", "DELETE FROM credentials");

    Await.until(
        "alice is revoked",
        () -> store.identities().resolveFromFingerprint(Stores.key(1)).isEmpty());
    Await.until("the credential is gone", () -> store.credentials().get("p").isEmpty());
    // The own write completes although it has no notification to wait for.
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    aliceIsKnown();
  }

  @Test
  void writesOfOthersAreSeenWhateverTheirDurability() throws Exception {
    open();
    Bare.run(
        file(),
        "PRAGMA synchronous=NORMAL",
        "INSERT INTO peers(peer_id, fingerprints) VALUES ('bob', '[\"" + Stores.key(2) + "\"]')");

    Await.until(
        "bob is known", () -> store.identities().resolveFromFingerprint(Stores.key(2)).isPresent());
    Bare.run(file(), "PRAGMA synchronous=FULL", "DELETE FROM peers WHERE peer_id = 'bob'");
    Await.until("bob is gone", () -> store.identities().peer("bob").isEmpty());
  }

  @Test
  void aRollbackACheckpointAndAVacuumChangeNothing() throws Exception {
    open(SqliteStoreOptions.builder().watch(WatchMode.MANUAL), 0);
    List<StoreChange> changes = Collections.synchronizedList(new ArrayList<>());
    store.onChange(changes::add);
    long generation = store.identities().generation();
    Bare.run(
        file(), "BEGIN IMMEDIATE", "DELETE FROM peers", "ROLLBACK", "PRAGMA wal_checkpoint(FULL)");
    Await.result(store.refresh());
    assertThat(store.identities().generation()).isEqualTo(generation);

    Bare.run(file(), "VACUUM");
    Await.result(store.refresh());

    aliceIsKnown();
    assertThat(store.identities().generation()).isBetween(generation, generation + 1);
    assertThat(changes).isEmpty();
  }

  @Test
  void manualStoresLookWhenAskedOnly() throws Exception {
    open(SqliteStoreOptions.builder().watch(WatchMode.MANUAL), 0);
    Bare.run(file(), "DELETE FROM peers");
    aliceIsKnown();

    Await.result(store.refresh());

    assertThat(store.identities().peers()).isEmpty();
  }

  @Test
  void pollingFindsChangesToo() throws Exception {
    open(SqliteStoreOptions.builder().watch(WatchMode.POLL), 0);
    assertThat(store.info().watch()).isEqualTo(WatchMode.POLL);

    Bare.run(file(), "DELETE FROM peers");

    Await.until("alice is gone", () -> store.identities().peers().isEmpty());
  }

  @Test
  void hintsThatWereNotProvedAreNotTrusted() throws Exception {
    DirectoryHint silent =
        new DirectoryHint() {
          @Override
          public void start(Sink sink) {}

          @Override
          public boolean prove(long nanos) {
            return false;
          }

          @Override
          public void close() {}
        };
    store =
        SqliteStore.open(
            Stores.file(directory),
            SqliteStoreOptions.defaults(),
            new Wiring(
                Clock.systemUTC(),
                System::nanoTime,
                Parker.system(),
                Parker.system(),
                file -> silent,
                0));

    assertThat(store.info().watch()).isEqualTo(WatchMode.POLL);
    Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    Bare.run(file(), "DELETE FROM peers");
    Await.until("alice is gone", () -> store.identities().peers().isEmpty());
  }
}
