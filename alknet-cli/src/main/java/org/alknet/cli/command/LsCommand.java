package org.alknet.cli.command;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.admin.OfferedOperations;
import org.alknet.cli.assembly.CompletionNames.Kind;
import org.alknet.cli.client.Listing;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet ls}: what this caller may call (spec/cli.md section 9.7). */
@Command(
    name = "ls",
    aliases = "list",
    header = {
      "List the operations you may call.",
      "",
      "  alknet ls",
      "  alknet ls 'demo/*' --long",
      "  alknet ls -r hub --type subscription",
      "  alknet ls --offline --long",
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

  @Option(
      names = "--offline",
      description = "what the node of the data directory would offer, without asking a node")
  private boolean offline;

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
    if (offline) {
      if (peers || remote.isNamed()) {
        throw CliException.of(
            ExitCodes.USAGE, "--offline asks nobody, and goes with neither --peers nor --remote");
      }
      LocalData local = LocalData.of(invocation);
      List<OperationSpec> all = OfferedOperations.of(local.directory(), local.config()).all();
      print(Listing.of(all, filter, detailed));
      return ExitCodes.OK;
    }
    try (Session session = remote.open(invocation)) {
      List<Listing.Entry> entries =
          peers ? Listing.ofPeers(session, filter) : Listing.of(session, filter, detailed);
      print(entries);
      if (pattern == null && type == null && !peers) {
        remember(entries);
      }
      return ExitCodes.OK;
    }
  }

  private void print(List<Listing.Entry> entries) throws IOException {
    for (String line : new ListingView(invocation, entries, peers, detailed).lines()) {
      invocation.result(line);
    }
    invocation.context().out().flush();
  }

  /** Shells complete what was listed last. */
  private void remember(List<Listing.Entry> entries) {
    remote
        .completionKey(invocation)
        .ifPresent(
            of ->
                invocation
                    .completionNames()
                    .write(
                        Kind.OPERATIONS, of, entries.stream().map(Listing.Entry::name).toList()));
  }
}
