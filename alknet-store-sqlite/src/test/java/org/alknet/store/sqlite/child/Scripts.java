package org.alknet.store.sqlite.child;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.OpenMode;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.StoreHealth;
import org.alknet.store.sqlite.WatchMode;
import org.alknet.store.sqlite.internal.KilledMigration;

/** What second processes do. */
public final class Scripts {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private static final BufferedReader IN =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private static final int LOOK_UPS = 100_000;

  private Scripts() {}

  /** Runs one script. */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    List<String> rest = List.of(arguments).subList(2, arguments.length);
    Path file = Path.of(arguments[1]);
    if (arguments[0].equals("withoutNativeDirectory")) {
      System.clearProperty("org.sqlite.tmpdir");
      commands(file);
      return;
    }
    // Not beside the store: a child that is killed leaves its copy of the library behind.
    System.setProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"));
    switch (arguments[0]) {
      case "open" -> open(file);
      case "write" -> write(file);
      case "count" -> count(file, rest);
      case "follow" -> follow(file, rest);
      case "commands" -> commands(file);
      case "allocate" -> allocate(file);
      case "sql" -> sql(file, rest);
      case "hold" -> hold(file, rest);
      case "lock" -> lock(file);
      case "killedMigration" -> KilledMigration.run(file, Integer.parseInt(rest.get(0)));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** A peer whose scopes and key say how often it was written. */
  public static PeerEntry peer(String id, int version) {
    return PeerEntry.builder(id)
        .fingerprints(String.format(Locale.ROOT, "ed25519:%032x%032x", id.hashCode(), version))
        .scopes("v" + version)
        .build();
  }

  /** Prints how many bytes a look-up allocates. Only this JVM's own extension counts them. */
  private static void allocate(Path file) throws Exception {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    Method allocated =
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getThreadAllocatedBytes", long.class);
    long self = Thread.currentThread().getId();
    PeerEntry peer = peer("w1", 1);
    String fingerprint = peer.fingerprints().get(0);
    try (SqliteStore store = store(file, WatchMode.MANUAL)) {
      store.identities().putPeer(peer).toCompletableFuture().join();
      int found = lookUp(store, fingerprint, 1_000);
      long before = (Long) allocated.invoke(threads, self);
      found += lookUp(store, fingerprint, LOOK_UPS);
      long after = (Long) allocated.invoke(threads, self);
      if (found != LOOK_UPS + 1_000) {
        throw new AssertionError("found " + found);
      }
      OUT.println((after - before) / LOOK_UPS);
    }
  }

  private static int lookUp(SqliteStore store, String fingerprint, int times) {
    int found = 0;
    for (int i = 0; i < times; i++) {
      if (store.identities().resolveFromFingerprint(fingerprint).isPresent()) {
        found++;
      }
    }
    return found;
  }

  private static SqliteStore store(Path file, WatchMode watch) throws StoreException {
    return SqliteStore.open(
        file, SqliteStoreOptions.builder().watch(watch).mode(OpenMode.CREATE).build());
  }

  private static void open(Path file) throws Exception {
    OUT.println("ready");
    IN.readLine();
    try (SqliteStore store = store(file, WatchMode.MANUAL)) {
      OUT.println("opened " + store.info().schemaVersion());
    } catch (StoreException refused) {
      OUT.println(refused.getMessage());
    }
  }

  /** Writes for ever, one line for each acknowledged write. */
  private static void write(Path file) throws Exception {
    try (SqliteStore store = store(file, WatchMode.MANUAL)) {
      OUT.println("ready");
      int next = Integer.parseInt(IN.readLine());
      while (true) {
        String id = "w" + next % 7;
        PeerEntry peer = peer(id, next).toBuilder().enabled(next % 3 != 0).build();
        store.identities().putPeer(peer).toCompletableFuture().get();
        OUT.println(next);
        next++;
      }
    }
  }

  /** Writes a fixed number of peers of its own. */
  private static void count(Path file, List<String> arguments) throws Exception {
    String name = arguments.get(0);
    int count = Integer.parseInt(arguments.get(1));
    try (SqliteStore store = store(file, WatchMode.MANUAL)) {
      OUT.println("ready");
      IN.readLine();
      for (int i = 0; i < count; i++) {
        store.identities().putPeer(peer(name + "-" + i % 10, i)).toCompletableFuture().get();
      }
      OUT.println("done");
      IN.readLine();
    }
  }

  /** Follows until the given peers have the given version, and prints what it knows then. */
  private static void follow(Path file, List<String> arguments) throws Exception {
    int writers = Integer.parseInt(arguments.get(0));
    int count = Integer.parseInt(arguments.get(1));
    try (SqliteStore store = store(file, WatchMode.AUTO)) {
      OUT.println("ready");
      IN.readLine();
      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!converged(store, writers, count)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("not converged: " + store.identities().peers());
        }
        LockSupport.parkNanos(1_000_000);
      }
      OUT.println("converged");
      IN.readLine();
      Map<String, List<String>> known = new TreeMap<>();
      store.identities().peers().forEach(p -> known.put(p.peerId(), p.scopes()));
      OUT.println(known + " " + store.info().seen());
    }
  }

  private static boolean converged(SqliteStore store, int writers, int count) {
    for (int w = 0; w < writers; w++) {
      String last = "w" + w + "-" + (count - 1) % 10;
      if (!store
          .identities()
          .peer(last)
          .map(p -> p.scopes().contains("v" + (count - 1)))
          .orElse(false)) {
        return false;
      }
    }
    return true;
  }

  /** Obeys one command a line. */
  private static void commands(Path file) throws Exception {
    try (SqliteStore store = store(file, WatchMode.AUTO)) {
      OUT.println("ready");
      for (String line = IN.readLine(); line != null; line = IN.readLine()) {
        String[] words = line.split(" ", -1);
        OUT.println(obey(store, words));
      }
    } catch (StoreException refused) {
      OUT.println(refused.getMessage());
    }
  }

  private static String obey(SqliteStore store, String[] words) {
    try {
      switch (words[0]) {
        case "put" -> store.identities().putPeer(peer(words[1], 1)).toCompletableFuture().join();
        case "disable" ->
            store
                .identities()
                .putPeer(peer(words[1], 1).toBuilder().enabled(false).build())
                .toCompletableFuture()
                .join();
        case "remove" -> store.identities().removePeer(words[1]).toCompletableFuture().join();
        case "peers" -> {
          return String.valueOf(store.identities().peers().size());
        }
        case "fill" -> {
          for (int i = 0; i < 200; i++) {
            PeerEntry large = PeerEntry.builder("fill-" + i).scopes("x".repeat(200_000)).build();
            store.identities().putPeer(large).toCompletableFuture().join();
          }
        }
        case "health" -> {
          StoreHealth health = store.health();
          return health.status() + " " + health.reason();
        }
        default -> throw new IllegalArgumentException(words[0]);
      }
      return "ok";
    } catch (CompletionException failed) {
      return String.valueOf(failed.getCause());
    }
  }

  /** A bare connection, no code of ours. */
  private static void sql(Path file, List<String> statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        if (statement.execute(sql)) {
          try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
              OUT.println(rows.getString(1));
            }
          }
        }
      }
    }
  }

  /** Holds the write lock, and may break the rule about descriptors. */
  private static void hold(Path file, List<String> arguments) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("CREATE TABLE IF NOT EXISTS t(x)");
      statement.execute("BEGIN IMMEDIATE");
      statement.execute("INSERT INTO t VALUES (1)");
      Path shared = Path.of(file + "-shm");
      switch (arguments.get(0)) {
        case "look" -> OUT.println("held " + (Files.size(shared) > 0));
        case "watch" -> {
          try (WatchService watch = shared.getFileSystem().newWatchService()) {
            WatchKey key =
                Objects.requireNonNull(shared.getParent())
                    .register(watch, StandardWatchEventKinds.ENTRY_MODIFY);
            OUT.println("held " + key.isValid());
          }
        }
        case "violate" -> OUT.println("held " + (Files.readAllBytes(shared).length > 0));
        default -> throw new IllegalArgumentException(arguments.get(0));
      }
      IN.readLine();
    }
  }

  /** Tries to get the write lock at once. */
  private static void lock(Path file) {
    try {
      sql(file, List.of("PRAGMA busy_timeout=0", "BEGIN IMMEDIATE", "ROLLBACK"));
      OUT.println("locked");
    } catch (SQLException busy) {
      OUT.println("busy");
    }
  }
}
