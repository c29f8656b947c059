package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.cli.client.Listing;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code alknet ls}: what this caller may call (spec/cli.md section 9.7). */
@Command(
    name = "ls",
    aliases = "list",
    header = {
      "List the operations you may call.",
      "",
      "  alknet ls",
      "  alknet ls 'demo/*' --long",
      "  alknet ls -r ed25519:9fa2…c1d0@host.example.org:4433 --type subscription",
      ""
    })
public final class LsCommand implements Callable<Integer> {
  /** The kinds of operations. */
  enum Type {
    query,
    mutation,
    subscription
  }

  private final Invocation invocation;

  @Mixin private final RemoteOptions remote = new RemoteOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      description = "part of the name, or a pattern with * and ?")
  private @Nullable String pattern;

  @Option(
      names = {"-l", "--long"},
      description = "with scopes and errors, which takes a request for each operation")
  private boolean detailed;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "only this kind: query, mutation or subscription")
  private @Nullable Type type;

  @Option(names = "--peers", description = "what the peers of the node offer, by peer")
  private boolean peers;

  /** Creates the command. */
  public LsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Listing.Filter filter =
        new Listing.Filter(pattern == null ? "" : pattern, type == null ? "" : type.name());
    try (Session session = remote.open(invocation)) {
      List<Listing.Entry> entries =
          peers ? Listing.ofPeers(session, filter) : Listing.of(session, filter, detailed);
      if (invocation.options().json()) {
        invocation.result(JsonWriter.compact(JsonWriter.document("operation.list", json(entries))));
      } else {
        for (String line :
            table(entries).lines(invocation.context().columns(), invocation.styles())) {
          invocation.result(line);
        }
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }
  }

  private TableWriter table(List<Listing.Entry> entries) {
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

  private static ObjectNode json(List<Listing.Entry> entries) {
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
