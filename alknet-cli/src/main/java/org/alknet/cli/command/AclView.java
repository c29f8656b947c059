package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.admin.AccessReport;
import org.alknet.cli.admin.OfferedOperations;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.TableWriter;

/** Decisions about access as people and scripts see them. */
final class AclView {
  private final Invocation invocation;
  private final Results results;
  private final OfferedOperations operations;

  AclView(Invocation invocation, OfferedOperations operations) {
    this.invocation = invocation;
    this.results = new Results(invocation);
    this.operations = operations;
  }

  /** Explains one decision; returns the exit code that tells it. */
  int explain(String name, AclCaller caller) throws CliException, IOException {
    AccessReport report = AccessReport.of(operations.find(name), caller.words(), caller.identity());
    List<String> lines = new ArrayList<>();
    lines.add(results.field("operation", name));
    lines.add(results.field("from", operations.origin(name)));
    lines.add(results.field("caller", caller.words()));
    caller
        .identity()
        .ifPresent(who -> lines.add(results.field("  has", String.join(" ", who.scopes()))));
    for (AccessReport.Clause clause : report.clauses()) {
      lines.add(
          results.field(clause.name(), clause.wanted()) + (clause.met() ? "   yes" : "   MISSING"));
    }
    String decision = report.allowed() ? "allowed" : "refused: " + report.reason();
    lines.add(
        results.field("decision", "").stripTrailing()
            + " ".repeat(Math.max(1, 15 - "decision".length()))
            + (report.allowed()
                ? invocation.styles().strong(decision)
                : invocation.styles().alarm(Escape.text(decision))));
    results.styled("acl.explain", json(report), lines);
    return report.allowed() ? ExitCodes.OK : ExitCodes.FORBIDDEN;
  }

  private Map<String, Object> json(AccessReport report) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("operation", report.operation());
    data.put("origin", operations.origin(report.operation()));
    data.put("caller", report.caller());
    data.put("allowed", report.allowed());
    data.put("reason", report.allowed() ? Optional.empty() : Optional.of(report.reason()));
    data.put(
        "clauses",
        report.clauses().stream()
            .map(
                clause -> {
                  Map<String, Object> entry = new LinkedHashMap<>();
                  entry.put("name", clause.name());
                  entry.put("wanted", clause.wanted());
                  entry.put("met", clause.met());
                  return entry;
                })
            .toList());
    return data;
  }

  /** Shows every operation for every caller. */
  void matrix(List<AclCaller> callers) throws IOException {
    List<String> headings = new ArrayList<>(List.of("OPERATION"));
    callers.forEach(caller -> headings.add(caller.words()));
    TableWriter table = new TableWriter(headings.toArray(String[]::new));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (OperationSpec spec : operations.all()) {
      List<String> cells = new ArrayList<>(List.of(spec.name()));
      List<String> allowed = new ArrayList<>();
      for (AclCaller caller : callers) {
        boolean may = AccessReport.of(spec, caller.words(), caller.identity()).allowed();
        cells.add(may ? "yes" : "-");
        if (may) {
          allowed.add(caller.words());
        }
      }
      table.row(cells.toArray(String[]::new));
      rows.add(Map.of("operation", spec.name(), "allowed", allowed));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("callers", callers.stream().map(AclCaller::words).toList());
    data.put("operations", rows);
    results.table("acl.matrix", data, table);
  }
}
