package org.alknet.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.cli.client.Listing;
import org.alknet.cli.client.Session;
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
      for (String line : new ListingView(invocation, entries, peers, detailed).lines()) {
        invocation.result(line);
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }
  }
}
