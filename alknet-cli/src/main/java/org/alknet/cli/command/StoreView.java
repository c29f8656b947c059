package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.alknet.cli.admin.PeerDiff;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.store.sqlite.BackupReport;
import org.alknet.store.sqlite.CheckReport;
import org.alknet.store.sqlite.StoreHealth;
import org.alknet.store.sqlite.StoreInfo;

/** A store as people and scripts see it. */
final class StoreView {
  private final Invocation invocation;
  private final Results results;

  StoreView(Invocation invocation) {
    this.invocation = invocation;
    this.results = new Results(invocation);
  }

  void info(StoreInfo info, StoreHealth health) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", info.path());
    data.put("schema_version", info.schemaVersion());
    data.put("database_bytes", info.databaseBytes());
    data.put("wal_bytes", info.walBytes());
    data.put("peers", info.peers());
    data.put("credentials", info.credentials());
    data.put("bad_rows", info.badRows());
    data.put("seen", info.seen());
    data.put("health", health.status().name().toLowerCase(Locale.ROOT));
    results.styled(
        "store.info",
        data,
        List.of(
            results.field("store", invocation.show(info.path())),
            results.field("version", Integer.toString(info.schemaVersion())),
            results.field(
                "size", info.databaseBytes() + " bytes, WAL " + info.walBytes() + " bytes"),
            results.field("peers", Integer.toString(info.peers())),
            results.field("credentials", Integer.toString(info.credentials())),
            results.field("unclear rows", Integer.toString(info.badRows())),
            results.field("changes", Long.toString(info.seen())),
            results.field("health", data.get("health").toString())));
  }

  int check(CheckReport report) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("ok", report.ok());
    data.put("deep", report.deep());
    data.put("problems", report.problems());
    data.put("warnings", report.warnings());
    List<String> lines = new ArrayList<>();
    report.problems().forEach(problem -> lines.add("problem  " + problem));
    report.warnings().forEach(warning -> lines.add("warning  " + warning));
    lines.add(report.ok() ? "ok" : "not ok: restore a backup, or mend what is named above");
    results.print("store.check", data, lines.toArray(String[]::new));
    return report.ok() ? ExitCodes.OK : ExitCodes.PARTIAL;
  }

  void pruned(StoreInfo info, int keep) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", info.path());
    data.put("kept_of_each_channel", keep);
    results.print(
        "store.prune",
        data,
        "pruned: at most "
            + keep
            + " notifications of each of our channels are left, none older than a day");
  }

  void migrated(StoreFiles.Migration migration, boolean dryRun) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", migration.file());
    data.put("from", migration.from());
    data.put("to", migration.to());
    data.put("migrated", migration.needed() && !dryRun);
    String versions = "version " + migration.from() + " -> " + migration.to();
    results.print(
        "store.migrate",
        data,
        migration.needed()
            ? (dryRun ? "would migrate: " : "migrated: ") + versions
            : "version " + migration.to() + ", which is that of this program: nothing to do");
  }

  void backup(BackupReport report) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", report.path());
    data.put("bytes", report.bytes());
    data.put("schema_version", report.schemaVersion());
    data.put("peers", report.peers());
    data.put("credentials", report.credentials());
    results.print(
        "store.backup",
        data,
        report.path()
            + "   "
            + report.bytes()
            + " bytes, "
            + report.peers()
            + " peers, "
            + report.credentials()
            + " credentials");
  }

  /** Shows what is about to be asked. */
  void announce(StoreFiles.Preview preview) {
    lines(preview).forEach(line -> invocation.note(Escape.text(line)));
  }

  void restored(StoreFiles.Preview preview, boolean done) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("restored", done);
    data.put("peers_added", ids(preview, PeerDiff.Kind.ADDED));
    data.put("peers_changed", ids(preview, PeerDiff.Kind.CHANGED));
    data.put("peers_removed", ids(preview, PeerDiff.Kind.REMOVED));
    data.put("peers_enabled_again", preview.comingBack());
    data.put("credentials", preview.credentials());
    List<String> lines = new ArrayList<>(done ? List.of() : lines(preview));
    lines.add(done ? "restored" : "nothing was changed");
    results.print("store.restore", data, lines.toArray(String[]::new));
  }

  private static List<String> ids(StoreFiles.Preview preview, PeerDiff.Kind kind) {
    return preview.peers().changes().stream()
        .filter(change -> change.kind() == kind)
        .map(PeerDiff.Change::id)
        .toList();
  }

  private static List<String> lines(StoreFiles.Preview preview) {
    List<String> lines = new ArrayList<>();
    preview.peers().changes().forEach(change -> lines.add("peer " + change));
    preview.credentials().forEach(line -> lines.add("credential " + line));
    if (lines.isEmpty()) {
      lines.add("no difference");
    }
    if (!preview.comingBack().isEmpty()) {
      lines.add("LET IN AGAIN: " + String.join(", ", preview.comingBack()));
    }
    return lines;
  }
}
