package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.SpecJson;
import org.alknet.cli.client.Listing;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.SchemaExample;
import org.alknet.cli.output.SchemaText;

/** The description of an operation as people and scripts see it. */
record SchemaView(Invocation invocation, OperationSpec spec) {
  /**
   * Returns what to print.
   *
   * @param example whether an example of the input was asked for
   * @param parts the one member of the description that was asked for, or none
   */
  List<String> lines(boolean example, List<String> parts) {
    if (example) {
      return List.of(JsonWriter.compact(SchemaExample.of(spec.inputSchema())));
    }
    if (!parts.isEmpty()) {
      return List.of(JsonWriter.pretty(SpecJson.spec(spec).path(parts.get(0))));
    }
    return invocation.options().json()
        ? List.of(JsonWriter.compact(JsonWriter.document("operation.schema", SpecJson.spec(spec))))
        : summary();
  }

  private List<String> summary() {
    String needs = Listing.access(spec.accessControl());
    List<String> lines = new ArrayList<>();
    lines.add(
        invocation.styles().strong(Escape.text(spec.name())) + "  " + spec.opType().wireName());
    lines.add("access  " + (needs.isEmpty() ? "open" : Escape.text(needs)));
    section(lines, "input", SchemaText.lines(spec.inputSchema()));
    section(lines, "output", SchemaText.lines(spec.outputSchema()));
    if (!spec.errorSchemas().isEmpty()) {
      section(
          lines,
          "errors",
          spec.errorSchemas().stream()
              .map(error -> Escape.text(error.code() + "  " + error.description()))
              .toList());
    }
    return lines;
  }

  private static void section(List<String> lines, String title, List<String> content) {
    lines.add(title);
    content.forEach(line -> lines.add("  " + line));
  }
}
