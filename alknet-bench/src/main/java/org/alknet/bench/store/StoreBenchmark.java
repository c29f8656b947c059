package org.alknet.bench.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.WatchMode;

/**
 * The store beside bare sqlite-jdbc, and across two processes. No JMH: what is measured takes
 * milliseconds, and half of it happens elsewhere. Run without arguments, or with the directory to
 * use.
 */
public final class StoreBenchmark {
  private static final int WRITES = 200;
  private static final int ROUNDS = 21;
  private static final int COMMITS = 300;
  private static final int IN_FLIGHT = 64;

  private StoreBenchmark() {}

  /** Runs everything, or one of the children. */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    if (arguments.length > 1) {
      child(arguments[0], Path.of(arguments[1]));
      return;
    }
    Path directory =
        Files.createTempDirectory(
            arguments.length == 1 ? Path.of(arguments[0]) : Path.of("").toAbsolutePath(),
            "store-bench");
    writes(directory);
    latency(directory);
    idle(directory);
    for (int peers : new int[] {1_000, 100_000}) {
      load(directory, peers);
    }
  }

  private static PeerEntry peer(int number, int version) {
    return PeerEntry.builder("peer-" + number)
        .fingerprints(String.format(Locale.ROOT, "ed25519:%064x", number))
        .scopes("read", "v" + version)
        .build();
  }

  private static void writes(Path directory) throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> sameRatios = new ArrayList<>();
    List<Double> own = new ArrayList<>();
    List<Double> bares = new ArrayList<>();
    List<Double> sames = new ArrayList<>();
    Path file = directory.resolve("writes/alknet.db");
    try (SqliteStore store = SqliteStore.open(file, SqliteStoreOptions.defaults());
        Connection same = ourTables(directory.resolve("same/alknet.db"));
        Connection bare = bare(directory.resolve("bare.db"))) {
      for (int round = 0; round <= ROUNDS; round++) {
        double ours = perSecond(() -> storeWrites(store));
        double theirs = perSecond(() -> bareWrites(bare));
        double withOurTables = perSecond(() -> bareWrites(same));
        if (round > 0) {
          ratios.add(ours / theirs);
          sameRatios.add(ours / withOurTables);
          own.add(ours);
          bares.add(theirs);
          sames.add(withOurTables);
        }
      }
    }
    print(
        "writes: store %.0f/s, bare %.0f/s, ratio of a round %.2f (medians), least %.2f",
        median(own), median(bares), median(ratios), ratios.get(0));
    print(
        "the same beside a bare connection to our tables and triggers: %.0f/s, ratio %.2f, least"
            + " %.2f",
        median(sames), median(sameRatios), sameRatios.get(0));
  }

  private static double median(List<Double> values) {
    values.sort(null);
    return values.get(values.size() / 2);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double perSecond(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return WRITES * 1e9 / (System.nanoTime() - start);
  }

  private static void storeWrites(SqliteStore store) {
    Deque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
    for (int i = 0; i < WRITES; i++) {
      if (inFlight.size() == IN_FLIGHT) {
        inFlight.remove().join();
      }
      inFlight.add(store.identities().putPeer(peer(i % 100, i)).toCompletableFuture());
    }
    inFlight.forEach(CompletableFuture::join);
  }

  private static Connection bare(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      statement.execute(
          "CREATE TABLE peers(peer_id TEXT PRIMARY KEY NOT NULL, fingerprints TEXT NOT NULL,"
              + " scopes TEXT NOT NULL) STRICT");
    }
    return connection;
  }

  /** A connection to tables as ours are, with all that their triggers do. */
  private static Connection ourTables(Path file) throws Exception {
    SqliteStore.open(file, manual()).close();
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA synchronous=FULL");
    }
    return connection;
  }

  private static void bareWrites(Connection connection) throws SQLException {
    try (Statement begin = connection.createStatement();
        PreparedStatement put =
            connection.prepareStatement(
                "INSERT INTO peers(peer_id, fingerprints, scopes) VALUES (?, ?, ?) ON CONFLICT"
                    + " (peer_id) DO UPDATE SET fingerprints = excluded.fingerprints, scopes ="
                    + " excluded.scopes")) {
      for (int i = 0; i < WRITES; i++) {
        begin.execute("BEGIN IMMEDIATE");
        put.setString(1, "peer-" + i % 100);
        put.setString(2, String.format(Locale.ROOT, "[\"ed25519:%064x\"]", i % 100));
        put.setString(3, "[\"read\",\"v" + i + "\"]");
        put.executeUpdate();
        begin.execute("COMMIT");
      }
    }
  }

  /**
   * From the return of a bare COMMIT here to the swapped index in the child; one clock for both.
   */
  private static void latency(Path directory) throws Exception {
    Path file = directory.resolve("latency/alknet.db");
    try (SqliteStore store = SqliteStore.open(file, manual())) {
      for (int i = 0; i < 100; i++) {
        store.identities().putPeer(peer(i, 0)).toCompletableFuture().join();
      }
    }
    Process child = start("follow", file);
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        Connection writer = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement update =
            writer.prepareStatement("UPDATE peers SET scopes = ? WHERE peer_id = 'peer-7'")) {
      out.readLine();
      Random random = new Random(1);
      List<Double> millis = new ArrayList<>();
      for (int i = 1; i <= COMMITS; i++) {
        LockSupport.parkNanos(Duration.ofMillis(10 + random.nextInt(60)).toNanos());
        update.setString(1, "[\"v" + i + "\"]");
        update.executeUpdate();
        long committed = System.nanoTime();
        String line = out.readLine();
        while (!line.startsWith("v" + i + " ")) {
          line = out.readLine();
        }
        millis.add((Long.parseLong(line.split(" ")[1]) - committed) / 1e6);
      }
      millis.sort(null);
      print(
          "latency of %d commits: p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.2f ms",
          COMMITS,
          millis.get(COMMITS / 2),
          millis.get(COMMITS * 9 / 10),
          millis.get(COMMITS * 99 / 100),
          millis.get(COMMITS - 1));
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  private static void idle(Path directory) throws Exception {
    Path file = directory.resolve("latency/alknet.db");
    for (String kind : new String[] {"nothing", "hinted", "poll"}) {
      Process child = start(kind, file);
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
        out.readLine();
        // The compilers and the close looking after the start need a while to come to rest.
        LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
        Duration before = child.info().totalCpuDuration().orElseThrow();
        LockSupport.parkNanos(Duration.ofSeconds(20).toNanos());
        Duration used = child.info().totalCpuDuration().orElseThrow().minus(before);
        print("idle %s: %.2f %% of a core", kind, used.toNanos() / 20e9 * 100);
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  private static void load(Path directory, int peers) throws Exception {
    Path file = directory.resolve("load-" + peers + "/alknet.db");
    try (SqliteStore store = SqliteStore.open(file, manual());
        Connection bare = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement fill = bare.createStatement()) {
      fill.execute("DROP TRIGGER alknet_peers_fp_bi");
      fill.execute(
          "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < "
              + (peers - 1)
              + ") INSERT INTO peers(peer_id, fingerprints, scopes) SELECT 'peer-' || i,"
              + " json_array('ed25519:' || printf('%064x', i)), '[\"read\",\"v0\"]' FROM n");
      fill.execute("PRAGMA user_version = 0");
      store.refresh().toCompletableFuture().join();
    }
    SqliteStore.open(file, manual()).close();
    List<Double> opened = new ArrayList<>();
    List<Double> updated = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      try (SqliteStore store = SqliteStore.open(file, manual())) {
        opened.add((System.nanoTime() - start) / 1e6);
        for (int k = 0; k < 3; k++) {
          start = System.nanoTime();
          store.identities().putPeer(peer(5, i * 3 + k)).toCompletableFuture().join();
          updated.add((System.nanoTime() - start) / 1e6);
        }
      }
    }
    opened.sort(null);
    updated.sort(null);
    print(
        "%d peers: open and load %.0f ms, one update %.1f ms (median; least %.1f ms)",
        peers, opened.get(2), updated.get(updated.size() / 2), updated.get(0));
  }

  private static SqliteStoreOptions manual() {
    return SqliteStoreOptions.builder().watch(WatchMode.MANUAL).build();
  }

  private static Process start(String kind, Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            StoreBenchmark.class.getName(),
            kind,
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void child(String kind, Path file) throws Exception {
    if (kind.equals("nothing")) {
      System.out.println("ready");
      new CompletableFuture<Void>().join();
    }
    Told told = new Told();
    WatchMode mode = kind.equals("poll") ? WatchMode.POLL : WatchMode.HINTED;
    try (SqliteStore store =
        SqliteStore.open(file, SqliteStoreOptions.builder().watch(mode).metrics(told).build())) {
      if (kind.equals("follow")) {
        told.store = store;
      }
      System.out.println("ready");
      new CompletableFuture<Void>().join();
    }
  }

  /** The gauge is set right after the index was swapped, on the same thread. */
  private static final class Told implements CoreMetrics {
    private volatile SqliteStore store;

    @Override
    public void count(String name, Map<String, String> labels, long delta) {}

    @Override
    public void gauge(String name, Map<String, String> labels, long value) {
      SqliteStore known = store;
      if (known != null && name.equals("store_generation")) {
        long now = System.nanoTime();
        known
            .identities()
            .peer("peer-7")
            .ifPresent(peer -> System.out.println(peer.scopes().get(0) + " " + now));
      }
    }

    @Override
    public void time(String name, Map<String, String> labels, long nanos) {}
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
