package org.alknet.cli.command;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.TableWriter;
import org.alknet.http.openapi.ImportReport;
import org.alknet.http.openapi.OpenApiDocument;

/** What a document has for a node, as people and scripts see it. */
record ImportOpenApiView(Invocation invocation) {
  /**
   * Whose operations they are.
   *
   * @param place where the service is, if anybody says
   */
  record Service(String namespace, Optional<URI> place, OpenApiDocument document) {}

  /**
   * Shows it.
   *
   * @param written the configuration that got the table
   * @param listed whether people see each operation
   */
  void show(Service service, ImportReport report, Optional<Path> written, boolean listed)
      throws IOException {
    OpenApiDocument document = service.document();
    Optional<URI> place = service.place();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("namespace", service.namespace());
    data.put("title", document.title());
    data.put("base_url", place.map(URI::toString).orElse(""));
    data.put("operations", operations(report));
    data.put("skipped", skipped(report));
    written.ifPresent(file -> data.put("written_to", file.toString()));
    List<String> lines = new ArrayList<>();
    if (listed) {
      TableWriter table = new TableWriter("NAME", "TYPE", "METHOD", "PATH", "NOTES");
      for (ImportReport.Imported operation : report.imported()) {
        table.row(
            operation.name(),
            operation.type().wireName(),
            operation.method(),
            operation.path(),
            String.join("; ", operation.notes()));
      }
      lines.addAll(table.lines(invocation.context().columns(), invocation.styles()));
    }
    for (ImportReport.Skipped skipped : report.skipped()) {
      lines.add(
          Escape.text(
              "left out: "
                  + skipped.method()
                  + " "
                  + skipped.path()
                  + " ("
                  + reason(skipped)
                  + "): "
                  + skipped.detail()));
    }
    lines.add(
        Escape.text(
            document.title()
                + ": "
                + report.imported().size()
                + (report.imported().size() == 1 ? " operation, " : " operations, ")
                + report.skipped().size()
                + " left out, service at "
                + place.map(URI::toString).orElse("(the document does not say)")));
    written.ifPresent(file -> lines.add(ImportView.writtenTo(file)));
    new Results(invocation).styled("import.openapi", data, lines);
  }

  private static List<Map<String, Object>> operations(ImportReport report) {
    List<Map<String, Object>> operations = new ArrayList<>();
    for (ImportReport.Imported operation : report.imported()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", operation.name());
      entry.put("op_type", operation.type().wireName());
      entry.put("method", operation.method());
      entry.put("path", operation.path());
      entry.put("operation_id", operation.operationId().orElse(""));
      entry.put("required_scopes", List.of());
      entry.put("notes", operation.notes());
      operations.add(entry);
    }
    return operations;
  }

  private static List<Map<String, Object>> skipped(ImportReport report) {
    List<Map<String, Object>> skipped = new ArrayList<>();
    for (ImportReport.Skipped part : report.skipped()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("method", part.method());
      entry.put("path", part.path());
      entry.put("operation_id", part.operationId().orElse(""));
      entry.put("reason", reason(part));
      entry.put("detail", part.detail());
      skipped.add(entry);
    }
    return skipped;
  }

  private static String reason(ImportReport.Skipped skipped) {
    return skipped.reason().name().toLowerCase(Locale.ROOT);
  }
}
