package org.alknet.cli.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer}: who is known to the node (spec/cli.md section 9.11). */
@Command(
    name = "peer",
    header = {
      "Manage who is known to the node; a running node follows within milliseconds.",
      "",
      "  alknet peer add worker-a --fingerprint ed25519:9fa2… --scope jobs:run",
      "  alknet peer disable worker-a",
      "  alknet peer list",
      ""
    })
public final class PeerCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public PeerCommand() {}

  private static int change(
      Invocation invocation, String id, String action, UnaryOperator<PeerEntry> change)
      throws Exception {
    invocation.prepareClient();
    try (Peers peers = Peers.open(invocation.dataDirectory(), PeerOptions.config(invocation))) {
      Reach reach = peers.update(id, change);
      new PeerView(invocation).changed(id, action, reach);
      return ExitCodes.OK;
    }
  }

  /** {@code alknet peer list}. */
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
  public static final class ListPeers implements Callable<Integer> {
    private final Invocation invocation;

    @Option(names = "--scope", paramLabel = "SCOPE", description = "only those with this scope")
    private @Nullable String scope;

    @Option(names = "--disabled", description = "only those that are disabled")
    private boolean disabled;

    @Option(
        names = {"-l", "--long"},
        description = "with resources, tokens and whole fingerprints")
    private boolean detailed;

    /** Creates the command. */
    public ListPeers(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      invocation.prepareClient();
      List<PeerEntry> peers =
          Peers.all(invocation.dataDirectory(), PeerOptions.config(invocation)).stream()
              .filter(peer -> scope == null || peer.scopes().contains(scope))
              .filter(peer -> !disabled || !peer.enabled())
              .toList();
      new PeerView(invocation).list(peers, detailed);
      return ExitCodes.OK;
    }
  }

  /** {@code alknet peer show}. */
  @Command(
      name = "show",
      header = {
        "Show one peer.",
        "",
        "  alknet peer show operator",
        "  alknet peer show operator --json",
        ""
      })
  public static final class Show implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "ID", description = "id of the peer")
    private String id = "";

    /** Creates the command. */
    public Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      invocation.prepareClient();
      List<PeerEntry> peers = Peers.all(invocation.dataDirectory(), PeerOptions.config(invocation));
      new PeerView(invocation).one(Peers.find(peers, id));
      return ExitCodes.OK;
    }
  }

  /** {@code alknet peer enable}. */
  @Command(
      name = "enable",
      header = {
        "Let a disabled peer in again.",
        "",
        "  alknet peer enable worker-a",
        "  alknet peer enable worker-a --json",
        ""
      })
  public static final class Enable implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "ID", description = "id of the peer")
    private String id = "";

    /** Creates the command. */
    public Enable(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      return change(invocation, id, "enabled", peer -> peer.toBuilder().enabled(true).build());
    }
  }

  /** {@code alknet peer disable}. */
  @Command(
      name = "disable",
      aliases = "revoke",
      header = {
        "Withdraw everything a peer may do, and keep its entry.",
        "",
        "  alknet peer disable worker-a",
        "  alknet peer revoke worker-a",
        "",
        "A running node closes its live connections and ends its calls.",
        ""
      })
  public static final class Disable implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "ID", description = "id of the peer")
    private String id = "";

    /** Creates the command. */
    public Disable(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      return change(invocation, id, "disabled", peer -> peer.toBuilder().enabled(false).build());
    }
  }

  /** {@code alknet peer remove}. */
  @Command(
      name = "remove",
      aliases = "rm",
      header = {
        "Forget a peer; asks first.",
        "",
        "  alknet peer remove worker-a",
        "  alknet peer remove worker-a --yes",
        ""
      })
  public static final class Remove implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "ID", description = "id of the peer")
    private String id = "";

    /** Creates the command. */
    public Remove(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      invocation.prepareClient();
      try (Peers peers = Peers.open(invocation.dataDirectory(), PeerOptions.config(invocation))) {
        Confirm.required(invocation, "Remove peer " + id + "?");
        new PeerView(invocation).changed(id, "removed", peers.remove(id));
        return ExitCodes.OK;
      }
    }
  }
}
