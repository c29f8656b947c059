package org.alknet.cli.command;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer update} (spec/cli.md section 9.11). */
@Command(
    name = "update",
    header = {
      "Change what a peer may do, or its name; what is not named stays.",
      "",
      "  alknet peer update worker-a --add-scope jobs:cancel",
      "  alknet peer update worker-a --rename worker-b",
      ""
    })
public final class PeerUpdateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  @Option(names = "--add-scope", paramLabel = "SCOPE", description = "give a scope, repeatable")
  private List<String> addScopes = List.of();

  @Option(names = "--remove-scope", paramLabel = "SCOPE", description = "take a scope, repeatable")
  private List<String> removeScopes = List.of();

  @Option(
      names = "--set-scopes",
      paramLabel = "A,B",
      split = ",",
      description = "these scopes in place of all others")
  private @Nullable List<String> setScopes;

  @Option(
      names = "--add-resource",
      paramLabel = "TYPE=NAME",
      description = "give a resource, repeatable")
  private List<String> addResources = List.of();

  @Option(
      names = "--remove-resource",
      paramLabel = "TYPE=NAME",
      description = "take a resource, repeatable")
  private List<String> removeResources = List.of();

  @Option(names = "--name", paramLabel = "TEXT", description = "name for people")
  private @Nullable String name;

  @Option(names = "--rename", paramLabel = "NEW", description = "another id; live connections end")
  private @Nullable String rename;

  /** Creates the command. */
  public PeerUpdateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (setScopes == null
        && name == null
        && rename == null
        && Stream.of(addScopes, removeScopes, addResources, removeResources)
            .allMatch(List::isEmpty)) {
      throw CliException.of(
          ExitCodes.USAGE,
          "nothing says what to change about peer " + id,
          "alknet peer update --help  shows what there is.");
    }
    // Checks the pairs before anything is opened.
    PeerOptions.resources(Map.of(), addResources, removeResources);
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      PeerEntry before = peers.get(id);
      Map<String, List<String>> resources =
          PeerOptions.resources(before.resources(), addResources, removeResources);
      new PeerView(invocation)
          .changed(
              rename == null ? id : rename,
              "updated",
              peers.update(id, peer -> changed(peer, resources)));
      return ExitCodes.OK;
    }
  }

  private PeerEntry changed(PeerEntry peer, Map<String, List<String>> resources) {
    Set<String> scopes = new LinkedHashSet<>(setScopes == null ? peer.scopes() : setScopes);
    scopes.addAll(addScopes);
    removeScopes.forEach(scopes::remove);
    PeerEntry.Builder builder = peer.toBuilder().scopes(List.copyOf(scopes)).resources(resources);
    if (name != null) {
      builder.displayName(name);
    }
    return rename == null ? builder.build() : builder.peerId(rename).build();
  }
}
