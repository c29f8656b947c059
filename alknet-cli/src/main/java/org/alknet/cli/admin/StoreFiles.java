package org.alknet.cli.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.BackupReport;
import org.alknet.store.sqlite.CheckReport;
import org.alknet.store.sqlite.OpenMode;
import org.alknet.store.sqlite.ProviderInfo;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.StoreInfo;
import org.alknet.store.sqlite.WatchMode;

/** Backups of a store, and what becomes of them. Blocks. */
public final class StoreFiles {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final int KEPT = 1000;

  private StoreFiles() {}

  /**
   * What a restore would change.
   *
   * <p>Immutable.
   *
   * @param peers peers that are added, changed or removed
   * @param credentials lines about credentials, such as {@code + openai}
   */
  public record Preview(PeerDiff peers, List<String> credentials) {
    /** Copies. */
    public Preview {
      credentials = List.copyOf(credentials);
    }

    /** Returns the peers that nobody can be today and somebody could be afterwards. */
    public List<String> comingBack() {
      return peers.changes().stream()
          .filter(
              change ->
                  change.after().map(PeerEntry::enabled).orElse(false)
                      && (change.kind() == PeerDiff.Kind.ADDED
                          || change.what().contains(PeerDiff.ENABLED_AGAIN)))
          .map(PeerDiff.Change::id)
          .toList();
    }
  }

  /**
   * Returns a name for a new backup.
   *
   * @throws NodeException if the directory for backups cannot be made
   */
  public static Path newBackup(DataDirectory directory, String name) throws NodeException {
    return directory.backups().resolve(name + "-" + STAMP.format(Instant.now()) + ".db");
  }

  /**
   * Writes a backup.
   *
   * @throws NodeException if it cannot be written, or there is a file already
   */
  public static BackupReport backup(SqliteStore store, Path target, boolean replace)
      throws NodeException, CliException {
    if (!replace && Files.exists(target)) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          target + " exists and is not overwritten",
          "Name another file, or add --replace.");
    }
    try {
      return store.backupTo(target, replace);
    } catch (StoreException failed) {
      throw failure("cannot back up", failed);
    }
  }

  /** Checks a store. */
  public static CheckReport check(SqliteStore store, boolean deep) throws NodeException {
    try {
      return store.check(deep);
    } catch (StoreException failed) {
      throw failure("cannot check the store", failed);
    }
  }

  /**
   * Compares a backup with a store. The backup is copied first, because even a reader leaves files
   * beside a database.
   *
   * @throws NodeException if it is no backup
   */
  public static Preview preview(SqliteStore store, Path source) throws NodeException, CliException {
    if (!Files.isRegularFile(source)) {
      throw CliException.of(ExitCodes.MISSING, "no such file: " + source);
    }
    try {
      Path directory = Files.createTempDirectory("alknet-restore");
      Path copy = directory.resolve("copy.db");
      try {
        Files.copy(source, copy);
        return compare(store, copy);
      } finally {
        for (String suffix : List.of("", "-wal", "-shm")) {
          Files.deleteIfExists(directory.resolve("copy.db" + suffix));
        }
        Files.deleteIfExists(directory);
      }
    } catch (IOException failed) {
      throw NodeStore.failure("cannot read " + source + ": " + failed.getMessage(), failed);
    }
  }

  private static Preview compare(SqliteStore store, Path copy) throws NodeException {
    SqliteStoreOptions options =
        SqliteStoreOptions.builder().mode(OpenMode.EXISTING).watch(WatchMode.MANUAL).build();
    try (SqliteStore backup = SqliteStore.open(copy, options)) {
      List<String> credentials = new ArrayList<>();
      for (ProviderInfo info : backup.credentials().providers()) {
        Optional<EncryptedData> now = store.credentials().get(info.provider());
        if (now.isEmpty()) {
          credentials.add("+ " + info.provider());
        } else if (!now.equals(backup.credentials().get(info.provider()))) {
          credentials.add("~ " + info.provider());
        }
      }
      for (ProviderInfo info : store.credentials().providers()) {
        if (backup.credentials().get(info.provider()).isEmpty()) {
          credentials.add("- " + info.provider());
        }
      }
      return new Preview(
          PeerDiff.between(store.identities().peers(), backup.identities().peers(), true),
          credentials);
    } catch (StoreException refused) {
      throw failure("this is no backup", refused);
    }
  }

  /**
   * Restores a backup.
   *
   * @throws NodeException if it is none; then nothing is changed
   */
  public static void restore(SqliteStore store, Path source) throws NodeException {
    try {
      store.restoreFrom(source);
    } catch (StoreException failed) {
      throw failure("nothing was restored", failed);
    }
  }

  private static NodeException failure(String what, StoreException failed) {
    return NodeStore.failure(what + ": " + failed.getMessage(), failed);
  }

  /**
   * How far a store is from the version of this program.
   *
   * <p>Immutable.
   *
   * @param file the store
   * @param from version of its tables
   * @param to version this program writes
   */
  public record Migration(Path file, int from, int to) {
    /** Whether there is anything to do. */
    public boolean needed() {
      return from != to;
    }
  }

  /**
   * Brings a store to the version of this program.
   *
   * @param dryRun only looks
   * @throws NodeException if it cannot be opened; a newer one is refused
   * @throws CliException if there is none
   */
  public static Migration migrate(
      DataDirectory directory, Optional<NodeConfig> config, boolean dryRun)
      throws NodeException, CliException {
    int from = open(directory, config, OpenMode.READ_ONLY, KEPT).schemaVersion();
    int to = SqliteStore.newestSchema();
    if (!dryRun && from != to) {
      open(directory, config, OpenMode.EXISTING, KEPT);
    }
    return new Migration(NodeStore.file(directory, config), from, to);
  }

  /**
   * Drops old notifications.
   *
   * @param keep of each channel
   * @throws NodeException if the store cannot be opened
   * @throws CliException if there is none
   */
  public static StoreInfo prune(DataDirectory directory, Optional<NodeConfig> config, int keep)
      throws NodeException, CliException {
    return open(directory, config, OpenMode.EXISTING, keep);
  }

  /** Opening a store for writing migrates and prunes it. */
  private static StoreInfo open(
      DataDirectory directory, Optional<NodeConfig> config, OpenMode mode, int keep)
      throws NodeException, CliException {
    Path file = NodeStore.file(directory, config);
    if (!Files.exists(file)) {
      throw CliException.of(
          ExitCodes.MISSING, "there is no store at " + file, "alknet init  makes one.");
    }
    SqliteStoreOptions options =
        SqliteStoreOptions.builder()
            .mode(mode)
            .watch(WatchMode.MANUAL)
            .keepNotifications(keep)
            .build();
    try (SqliteStore store = SqliteStore.open(file, options)) {
      return store.info();
    } catch (StoreException refused) {
      throw NodeStore.failure("cannot open " + file + ": " + refused.getMessage(), refused);
    }
  }
}
