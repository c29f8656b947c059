package org.alknet.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.CompletionNames.Kind;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet peer list} (spec/cli.md section 9.11). */
@Command(
    name = "list",
    aliases = "ls",
    header = {
      "List the peers.",
      "",
      "  alknet peer list",
      "  alknet peer list --scope operator --long",
      ""
    })
public final class PeerListCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "only those with this scope")
  private @Nullable String scope;

  @Option(names = "--disabled", description = "only those that are disabled")
  private boolean disabled;

  @Option(
      names = {"-l", "--long"},
      description = "with resources, tokens and whole fingerprints")
  private boolean detailed;

  @Option(names = "--full", description = "whole fingerprints on a terminal too, and no line cut")
  private boolean full;

  /** Creates the command. */
  public PeerListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<PeerEntry> all = LocalData.of(invocation).peers();
    invocation
        .completionNames()
        .write(Kind.PEERS, "", all.stream().map(PeerEntry::peerId).toList());
    List<PeerEntry> peers =
        all.stream()
            .filter(peer -> scope == null || peer.scopes().contains(scope))
            .filter(peer -> !disabled || !peer.enabled())
            .toList();
    new PeerView(invocation).list(peers, detailed, full);
    return ExitCodes.OK;
  }
}
