package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.cli.client.Listing;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list of operations as people and scripts see it. Apart from the command, like everything else
 * that handles JSON: picocli looks at the members of a command before anybody runs it, and help
 * must not wait for a JSON library.
 */
record ListingView(
    Invocation invocation, List<Listing.Entry> entries, boolean peers, boolean detailed) {
  List<String> lines() {
    return invocation.options().json()
        ? List.of(JsonWriter.compact(JsonWriter.document("operation.list", json())))
        : table().lines(invocation.context().columns(), invocation.styles());
  }

  private TableWriter table() {
    List<String> headings = new ArrayList<>();
    if (peers) {
      headings.add("PEER");
    }
    headings.addAll(List.of("NAME", "TYPE"));
    if (detailed && !peers) {
      headings.addAll(List.of("SCOPES", "ERRORS"));
    }
    TableWriter table = new TableWriter(headings.toArray(String[]::new));
    for (Listing.Entry entry : entries) {
      List<String> cells = new ArrayList<>();
      entry.peer().ifPresent(cells::add);
      cells.add(entry.name());
      cells.add(entry.type());
      if (entry.spec().isPresent()) {
        cells.add(Listing.access(entry.spec().get().accessControl()));
        cells.add(
            entry.spec().get().errorSchemas().stream()
                .map(ErrorDefinition::code)
                .collect(Collectors.joining(" ")));
      }
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private ObjectNode json() {
    ObjectNode data = JsonWriter.object();
    ArrayNode operations = data.putArray("operations");
    for (Listing.Entry entry : entries) {
      ObjectNode operation = operations.addObject();
      entry.peer().ifPresent(peer -> operation.put("peer_id", peer));
      operation.put("name", entry.name()).put("op_type", entry.type());
      if (entry.spec().isPresent()) {
        entry
            .spec()
            .get()
            .accessControl()
            .requiredScopes()
            .forEach(operation.putArray("required_scopes")::add);
        ArrayNode errors = operation.putArray("errors");
        entry.spec().get().errorSchemas().forEach(error -> errors.add(error.code()));
      }
    }
    return data;
  }
}
