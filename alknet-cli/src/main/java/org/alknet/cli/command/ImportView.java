package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.client.Listing;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.TableWriter;

/** Operations that would be imported, as people and scripts see them. */
record ImportView(Invocation invocation) {
  void show(List<OperationSpec> operations) throws IOException {
    new Results(invocation)
        .table("import.call", Map.of("operations", entries(operations)), table(operations));
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
