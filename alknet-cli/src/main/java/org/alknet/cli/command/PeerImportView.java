package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.admin.PeerDiff;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;

/** The difference an import makes, as people and scripts see it. */
record PeerImportView(Invocation invocation, PeerDiff diff) {
  /** Shows it to whoever is about to be asked. */
  void show() {
    lines().forEach(line -> invocation.note(Escape.text(line)));
  }

  /**
   * Prints what came of it.
   *
   * @param reach how far the change has come; absent if nothing was written
   */
  void result(Optional<Reach> reach) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("written", reach.isPresent());
    data.put("added", ids(PeerDiff.Kind.ADDED));
    data.put("changed", ids(PeerDiff.Kind.CHANGED));
    data.put("removed", ids(PeerDiff.Kind.REMOVED));
    data.put("unchanged", diff.unchanged());
    data.put("running", reach.map(Reach::running));
    data.put("live", reach.map(r -> r.live().isPresent()));
    List<String> lines = new ArrayList<>(reach.isPresent() ? List.of() : lines());
    lines.add(
        diff.count(PeerDiff.Kind.ADDED)
            + " added, "
            + diff.count(PeerDiff.Kind.CHANGED)
            + " changed, "
            + diff.count(PeerDiff.Kind.REMOVED)
            + " removed, "
            + diff.unchanged()
            + " unchanged ("
            + reach.map(Reach::toString).orElse("nothing was written")
            + ")");
    new Results(invocation).print("peer.import", data, lines.toArray(String[]::new));
  }

  private List<String> lines() {
    return diff.changes().stream().map(PeerDiff.Change::toString).toList();
  }

  private List<String> ids(PeerDiff.Kind kind) {
    return diff.changes().stream()
        .filter(change -> change.kind() == kind)
        .map(PeerDiff.Change::id)
        .toList();
  }
}
