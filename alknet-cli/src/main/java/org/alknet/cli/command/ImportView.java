package org.alknet.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.client.ImportPreview;
import org.alknet.cli.client.Listing;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.TableWriter;

/** Operations that would be imported, as people and scripts see them. */
record ImportView(Invocation invocation) {
  void show(ImportPreview found) throws IOException {
    List<Map<String, Object>> skipped = new ArrayList<>();
    List<String> lines =
        new ArrayList<>(
            table(found.operations()).lines(invocation.context().columns(), invocation.styles()));
    for (ImportPreview.Skipped one : found.skipped()) {
      skipped.add(skipped(one.name(), one.reason().name(), one.detail()));
      lines.add(leftOut(one.name(), one.reason().name(), one.detail()));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("operations", entries(found.operations()));
    data.put("skipped", skipped);
    new Results(invocation).styled("import.call", data, lines);
  }

  /** Returns a line about something that is left out, all of which may come from elsewhere. */
  static String leftOut(String name, String reason, String detail) {
    return Escape.text(
        "left out " + (name.isEmpty() ? "(no name)" : name) + ": " + reason + ", " + detail);
  }

  /** Returns a line about the configuration that got a table. */
  static String writtenTo(Path file) {
    return Escape.text("added to " + file + "; a node takes it over at its start");
  }

  static Map<String, Object> skipped(String name, String reason, String detail) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", name);
    entry.put("reason", reason);
    entry.put("detail", detail);
    return entry;
  }

  static TableWriter table(List<OperationSpec> operations) {
    TableWriter table = new TableWriter("NAME", "TYPE", "SCOPES", "ERRORS");
    for (OperationSpec spec : operations) {
      String errors =
          spec.errorSchemas().stream().map(ErrorDefinition::code).collect(Collectors.joining(" "));
      table.row(
          spec.name(), spec.opType().wireName(), Listing.access(spec.accessControl()), errors);
    }
    return table;
  }

  static List<Map<String, Object>> entries(List<OperationSpec> operations) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (OperationSpec spec : operations) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", spec.name());
      entry.put("op_type", spec.opType().wireName());
      entry.put("required_scopes", spec.accessControl().requiredScopes());
      entry.put("errors", spec.errorSchemas().stream().map(ErrorDefinition::code).toList());
      all.add(entry);
    }
    return all;
  }
}
