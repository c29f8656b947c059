package org.alknet.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.child.Child;
import org.alknet.store.sqlite.child.Scripts;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real second processes: they write, follow, race and are killed. */
class ProcessesIT {
  private static final boolean SOAK = "full".equals(System.getProperty("alknet.soak"));
  private static final SqliteStoreOptions MANUAL =
      SqliteStoreOptions.builder().watch(WatchMode.MANUAL).build();

  @TempDir Path directory;

  private Path file() {
    return Stores.file(directory);
  }

  @Test
  void whatAnotherProcessDoesToAPeerIsInForceHere() throws Exception {
    try (SqliteStore store = Stores.open(directory, SqliteStoreOptions.defaults());
        Child child = Child.start("commands", file())) {
      String fingerprint = Scripts.peer("w1", 1).fingerprints().get(0);
      child.expect("ready").say("put w1").expect("ok");
      Await.until(
          "w1 is known", () -> store.identities().resolveFromFingerprint(fingerprint).isPresent());

      child.say("disable w1").expect("ok");
      Await.until(
          "w1 is revoked", () -> store.identities().resolveFromFingerprint(fingerprint).isEmpty());
      assertThat(store.identities().peer("w1")).isPresent();

      child.say("remove w1").expect("ok");
      Await.until("w1 is gone", () -> store.identities().peer("w1").isEmpty());
      Await.result(store.identities().putPeer(Stores.peer("mine", 5)));
      Await.until("the child follows", () -> child.say("peers").line().equals("1"));
    }
  }

  @Test
  void eightProcessesOpenAFreshFileAtOnce() {
    List<Child> children = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        children.add(Child.start("open", file()));
      }
      children.forEach(child -> child.expect("ready"));
      children.forEach(child -> child.say("go"));
      children.forEach(child -> child.expect("opened 1"));
    } finally {
      children.forEach(Child::close);
    }
  }

  @Test
  void fourWritersAndFourReadersAgree() throws Exception {
    int count = SOAK ? 2_000 : 60;
    List<Child> writers = new ArrayList<>();
    List<Child> readers = new ArrayList<>();
    try (SqliteStore store = Stores.open(directory, MANUAL)) {
      for (int i = 0; i < 4; i++) {
        writers.add(Child.start("count", file(), "w" + i, count));
        readers.add(Child.start("follow", file(), 4, count));
      }
      writers.forEach(child -> child.expect("ready"));
      readers.forEach(child -> child.expect("ready"));
      readers.forEach(child -> child.say("go"));
      writers.forEach(child -> child.say("go"));
      writers.forEach(child -> child.expect("done"));
      readers.forEach(child -> child.expect("converged"));

      Await.result(store.refresh());
      Map<String, List<String>> table = new TreeMap<>();
      store.identities().peers().forEach(peer -> table.put(peer.peerId(), peer.scopes()));
      readers.forEach(child -> child.say("print").expect(table + " " + 4 * count));
      assertThat(table).hasSize(40);
    } finally {
      writers.forEach(Child::close);
      readers.forEach(Child::close);
    }
  }

  /**
   * Writers are killed in the middle of their work; the next one starts meanwhile, so that there is
   * always somebody who has the file open.
   */
  @Test
  void killedWritersLoseNothingTheyAcknowledged() throws Exception {
    int cycles = SOAK ? 2_000 : 50;
    Random random = new Random(20_260_101);
    int next = 1;
    Child child = Child.start("write", file());
    try {
      for (int cycle = 0; cycle < cycles; cycle++) {
        child.expect("ready").say(String.valueOf(next));
        Child following = Child.start("write", file());
        child.expect(String.valueOf(next));
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(60_000)));
        child.kill();
        List<String> acknowledged = child.rest();
        child.exit();
        int last = acknowledged.isEmpty() ? next : lastWhole(acknowledged, next);
        next = checkAfterKill(cycle, last);
        child = following;
      }
    } finally {
      child.close();
    }
  }

  /** The last line may have been cut by the kill, and then it does not follow its predecessor. */
  private static int lastWhole(List<String> lines, int first) {
    int last = first;
    for (String line : lines) {
      if (!line.equals(String.valueOf(last + 1))) {
        break;
      }
      last++;
    }
    return last;
  }

  /** Returns the next free version. */
  private int checkAfterKill(int cycle, int acknowledged) throws StoreException {
    try (SqliteStore store = Stores.open(directory, MANUAL)) {
      assertThat(store.check(true).problems()).as("cycle %d", cycle).isEmpty();
      int newest = 0;
      for (PeerEntry peer : store.identities().peers()) {
        int version = Integer.parseInt(peer.scopes().get(0).substring(1));
        newest = Math.max(newest, version);
        assertThat(peer)
            .isEqualTo(
                Scripts.peer("w" + version % 7, version).toBuilder()
                    .enabled(version % 3 != 0)
                    .build());
      }
      assertThat(newest).as("cycle %d", cycle).isBetween(acknowledged, acknowledged + 1);
      for (int version = Math.max(1, newest - 6); version <= newest; version++) {
        assertThat(store.identities().peer("w" + version % 7).orElseThrow().scopes())
            .containsExactly("v" + version);
      }
      // Each commit made exactly one notification.
      assertThat(store.info().seen()).isEqualTo(newest);
      return newest + 1;
    }
  }

  @Test
  void aMigrationThatIsKilledLeavesTheOldVersionOrTheNew() throws Exception {
    List<Integer> statements =
        SOAK ? IntStream.rangeClosed(1, 15).boxed().toList() : List.of(1, 4, 9, 14, 15);
    Map<Integer, Child> children = new TreeMap<>();
    for (int i : statements) {
      children.put(i, Child.start("killedMigration", directory.resolve(i + ".db"), i));
    }
    for (Map.Entry<Integer, Child> child : children.entrySet()) {
      int i = child.getKey();
      assertThat(child.getValue().exit()).as("statement %d", i).isEqualTo(9);
      Path database = directory.resolve(i + ".db");
      assertThat(Bare.run(database, "PRAGMA user_version")).containsExactly("0");
      try (SqliteStore store = SqliteStore.open(database, MANUAL)) {
        assertThat(store.check(true).problems()).isEmpty();
      }
    }
  }

  @Test
  void aFileThatMayNotGrowFailsTheWriteAndReadsGoOn() throws Exception {
    try (SqliteStore store = Stores.open(directory, MANUAL)) {
      Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
      try (Child child = Child.start(List.of("prlimit", "--fsize=4000000"), "commands", file())) {
        child.expect("ready").say("put small").expect("ok");
        assertThat(child.say("fill").line())
            .matches(".*Backend: backend error: SQLITE_(IOERR|FULL).*");
        assertThat(Integer.parseInt(child.say("peers").line())).isGreaterThanOrEqualTo(2);
      }
      Await.result(store.refresh());
      assertThat(store.check(true).problems()).isEmpty();
      assertThat(store.identities().peer("small")).isPresent();
      Await.result(store.identities().putPeer(Stores.peer("bob", 2)));
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsATypedRefusal() throws Exception {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"))
            && Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "needs root and setpriv, to become somebody else");
    Path jars = Files.createDirectory(directory.resolve("jars"));
    String classPath = Child.copyClassPath(jars);
    Path database = directory.resolve("data/alknet.db");
    try (SqliteStore store = SqliteStore.open(database, MANUAL)) {
      Await.result(store.identities().putPeer(Stores.peer("alice", 1)));
    }
    Process permissions =
        new ProcessBuilder(
                "sh",
                "-c",
                "chmod -R go+rX '"
                    + directory
                    + "'; chown -R 65534 '"
                    + directory
                    + "/data'; "
                    + "chmod 600 '"
                    + database
                    + "'; chmod 500 '"
                    + directory
                    + "/data'")
            .start();
    assertThat(permissions.waitFor()).isZero();
    List<String> nobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    try (Child child = Child.startOn(classPath, nobody, "commands", database)) {
      assertThat(child.line()).matches("backend error: SQLITE_(CANTOPEN|READONLY).*");
    }
    try (Child child =
        Child.startOn(classPath, nobody, "commands", directory.resolve("data").resolve("new.db"))) {
      assertThat(child.line()).startsWith("backend error: cannot use ");
    }
  }

  @Test
  void underAnyMaskTheFilesAreTheirOwnersAlone() throws Exception {
    for (String mask : List.of("000", "022")) {
      Path database = directory.resolve(mask).resolve("alknet.db");
      try (Child child =
          Child.start(
              List.of("sh", "-c", "umask " + mask + "; exec \"$@\"", "sh"), "commands", database)) {
        child.expect("ready").say("put a").expect("ok");
        for (String name : List.of("alknet.db", "alknet.db-wal", "alknet.db-shm")) {
          assertThat(mode(database.resolveSibling(name))).isEqualTo("rw-------");
        }
        assertThat(mode(directory.resolve(mask))).isEqualTo("rwx------");
      }
    }
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aBackupBesideFourWritersIsConsistent() throws Exception {
    List<Child> writers = new ArrayList<>();
    try (SqliteStore store = Stores.open(directory, MANUAL)) {
      for (int i = 0; i < 4; i++) {
        writers.add(Child.start("count", file(), "w" + i, 100_000));
      }
      writers.forEach(child -> child.expect("ready"));
      writers.forEach(child -> child.say("go"));
      long saved = 0;
      for (int i = 0; i < 5; i++) {
        Path backup = directory.resolve("backup-" + i + ".db");
        store.backupTo(backup, false);
        assertThat(
                Bare.run(
                    backup,
                    "PRAGMA integrity_check",
                    "PRAGMA user_version",
                    "PRAGMA application_id"))
            .containsExactly("ok", "1", "1634496116");
        Await.result(store.refresh());
        long now = store.info().seen();
        try (SqliteStore copy = SqliteStore.open(backup, MANUAL)) {
          assertThat(copy.check(true).problems()).isEmpty();
          assertThat(copy.info().seen()).isBetween(saved, now);
        }
        Await.until(
            "the writers go on",
            () -> {
              Await.result(store.refresh());
              return store.info().seen() > now;
            });
        saved = now;
      }
    } finally {
      writers.forEach(Child::kill);
      writers.forEach(Child::close);
    }
  }

  @Test
  void lookingAPeerUpMakesNothingButTheAnswer() {
    try (Child child = Child.start("allocate", file())) {
      // An Optional; the identity in it exists already.
      assertThat(Long.parseLong(child.line())).isLessThanOrEqualTo(24);
    }
  }

  /** Why nothing may open the files: closing any descriptor releases the locks of the process. */
  @Test
  void aDescriptorOpenedBesideSqliteCostsTheLocks() {
    assertThat(otherProcessLocks(directory.resolve("a.db"), "look")).isEqualTo("busy");
    assertThat(otherProcessLocks(directory.resolve("b.db"), "watch")).isEqualTo("busy");
    assertThat(otherProcessLocks(directory.resolve("c.db"), "violate")).isEqualTo("locked");
  }

  private static String otherProcessLocks(Path database, String how) {
    try (Child holder = Child.start("hold", database, how)) {
      holder.expect("held true");
      try (Child other = Child.start("lock", database)) {
        List<String> rows = other.rest();
        return rows.get(rows.size() - 1);
      }
    }
  }

  @Test
  void theDriverIsUnpackedBesideTheStoreUnlessToldOtherwise() throws Exception {
    try (Child child = Child.start(List.of(), "withoutNativeDirectory", file())) {
      child.expect("ready");
      Path unpacked = directory.resolve("data/native");
      assertThat(mode(unpacked)).isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(unpacked)) {
        assertThat(files).isNotEmpty();
      }
    }
  }

  @Test
  void bitFlipsNeverAdmitAStranger() throws Exception {
    Path original = prepared("main");
    flip(original, 200, "");
  }

  @Test
  void bitFlipsInTheWalNeverAdmitAStranger() throws Exception {
    Path original = prepared("wal");
    flip(original, 60, "-wal");
  }

  /** Copies made by another process while the store is open, so that there is a WAL. */
  private Path prepared(String name) throws Exception {
    Path original = directory.resolve(name).resolve("alknet.db");
    Path copy = Files.createDirectories(directory.resolve(name + "-copy"));
    try (SqliteStore store = SqliteStore.open(original, MANUAL)) {
      for (int i = 0; i < 30; i++) {
        Await.result(store.identities().putPeer(Stores.peer("peer-" + i, i)));
      }
      if (name.equals("main")) {
        Bare.run(original, "PRAGMA wal_checkpoint(TRUNCATE)");
      }
      Process cp =
          new ProcessBuilder(
                  "sh", "-c", "cp '" + original.getParent() + "'/alknet.db* '" + copy + "'")
              .start();
      assertThat(cp.waitFor()).isZero();
    }
    Files.deleteIfExists(copy.resolve("alknet.db-shm"));
    return copy.resolve("alknet.db");
  }

  private void flip(Path original, int positions, String suffix) throws Exception {
    byte[] main = Files.readAllBytes(original);
    Path wal = original.resolveSibling("alknet.db-wal");
    byte[] log = Files.exists(wal) ? Files.readAllBytes(wal) : new byte[0];
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < positions; i++) {
      Path folder = directory.resolve("flip" + suffix + i);
      Path database = folder.resolve("alknet.db");
      Files.createDirectory(folder);
      byte[] damagedMain = main.clone();
      byte[] damagedLog = log.clone();
      byte[] damaged = suffix.isEmpty() ? damagedMain : damagedLog;
      if (i % 10 == 9 && !suffix.isEmpty()) {
        damagedLog = Arrays.copyOf(log, random.nextInt(log.length));
      } else {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      privately(database, damagedMain);
      if (damagedLog.length > 0) {
        privately(folder.resolve("alknet.db-wal"), damagedLog);
      }
      refused += opensWithoutStrangers(database) ? 0 : 1;
    }
    assertThat(refused).isLessThan(positions);
  }

  private static void privately(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** Returns whether it was opened at all. */
  private static boolean opensWithoutStrangers(Path database) {
    try (SqliteStore store = SqliteStore.open(database, MANUAL)) {
      for (int stranger = 1_000; stranger < 1_100; stranger++) {
        assertThat(store.identities().resolveFromFingerprint(Stores.key(stranger))).isEmpty();
      }
      for (int i = 0; i < 30; i++) {
        store
            .identities()
            .resolveFromFingerprint(Stores.key(i))
            .ifPresent(identity -> assertThat(identity.id()).isNotBlank());
      }
      assertThat(store.identities().peers()).hasSizeLessThanOrEqualTo(30);
      return true;
    } catch (StoreException refused) {
      return false;
    }
  }
}
