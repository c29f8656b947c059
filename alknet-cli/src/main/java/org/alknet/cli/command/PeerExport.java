package org.alknet.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.PeerFile;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints peers as another node takes them. It is behind {@code peer export} and {@code export
 * peers}, which differ in nothing but their name.
 */
abstract class PeerExport implements Callable<Integer> {
  /** How they are written. */
  enum Format {
    jsonl,
    toml
  }

  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "ids of the peers (default: all)")
  private List<String> ids = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description =
          "jsonl, a line each; or toml, tables for a configuration (default ${DEFAULT-VALUE})")
  private Format format = Format.jsonl;

  @Option(
      names = "--no-tokens",
      description = "leave the token hashes out, so that the keys alone let somebody in")
  private boolean withoutTokens;

  PeerExport(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<PeerEntry> all = LocalData.of(invocation).peers();
    List<PeerEntry> chosen = new ArrayList<>();
    for (String id : ids) {
      chosen.add(Peers.find(all, id));
    }
    for (PeerEntry peer : ids.isEmpty() ? all : chosen) {
      if (!withoutTokens) {
        print(peer);
      } else if (peer.fingerprints().isEmpty()) {
        invocation.warn("peer " + peer.peerId() + " has no key, and is left out without its token");
      } else {
        print(withoutToken(peer));
      }
    }
    invocation.context().out().flush();
    return ExitCodes.OK;
  }

  private void print(PeerEntry peer) throws IOException {
    invocation.result(
        format == Format.jsonl ? PeerFile.json(peer) : PeerFile.toml(peer).stripTrailing());
  }

  private static PeerEntry withoutToken(PeerEntry peer) {
    return new PeerEntry(
        peer.peerId(),
        peer.fingerprints(),
        Optional.empty(),
        peer.scopes(),
        peer.resources(),
        peer.displayName(),
        peer.enabled());
  }
}
