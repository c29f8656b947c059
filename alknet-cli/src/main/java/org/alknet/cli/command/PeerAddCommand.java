package org.alknet.cli.command;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.ConfiguredOperations;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.admin.Tokens;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer add} (spec/cli.md section 9.11). */
@Command(
    name = "add",
    header = {
      "Make a peer known, by its key or by a token.",
      "",
      "  alknet peer add script --issue-token --out script.token --scope metrics:read",
      "  alknet peer add worker-a --scope jobs:run \\",
      "    --fingerprint ed25519:"
          + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      ""
    })
public final class PeerAddCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final SecretOutput output = new SecretOutput();

  @Parameters(paramLabel = "ID", description = "id of the peer, its name in access rules and logs")
  private String id = "";

  @Option(
      names = "--fingerprint",
      paramLabel = "FP",
      description = "key of the peer, repeatable; alknet fingerprint and identity show print it")
  private List<String> fingerprints = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "file with a bearer token of the peer; its hash is stored")
  private @Nullable String tokenFile;

  @Option(names = "--issue-token", description = "make a bearer token for the peer, shown once")
  private boolean issueToken;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "what it may do, repeatable")
  private List<String> scopes = List.of();

  @Option(
      names = "--resource",
      paramLabel = "TYPE=NAME",
      description = "what it may do it to, repeatable")
  private List<String> resources = List.of();

  @Option(names = "--name", paramLabel = "TEXT", description = "name for people")
  private @Nullable String name;

  @Option(names = "--disabled", description = "let it in later, with peer enable")
  private boolean disabled;

  @Option(names = "--replace", description = "put it in the place of a peer with this id")
  private boolean replace;

  /** Creates the command. */
  public PeerAddCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (tokenFile != null && issueToken) {
      throw CliException.of(ExitCodes.USAGE, "--token-file and --issue-token exclude each other");
    }
    if (fingerprints.isEmpty() && tokenFile == null && !issueToken) {
      throw CliException.of(
          ExitCodes.USAGE,
          "nothing says how peer " + id + " is known",
          "Add --fingerprint FP, or --issue-token.");
    }
    PeerEntry.Builder peer =
        PeerEntry.builder(id)
            .fingerprints(PeerOptions.fingerprints(fingerprints))
            .scopes(scopes)
            .resources(PeerOptions.resources(Map.of(), resources, List.of()))
            .enabled(!disabled);
    if (name != null) {
      peer.displayName(name);
    }
    LocalData data = LocalData.of(invocation);
    byte[] token = token();
    try (Peers peers = data.openPeers()) {
      if (token.length > 0) {
        peer.authTokenHash(Tokens.hash(token));
      }
      Reach reach = peers.add(peer.build(), replace);
      Map<String, Object> document = PeerView.change(id, "added", reach);
      warnAboutUnknownScopes(data);
      if (issueToken) {
        output.hand(invocation, token, "the token of " + id, "token", document);
      }
      if (issueToken && !invocation.options().json()) {
        invocation.note("peer \"" + id + "\" added (" + reach + ")");
      } else {
        new PeerView(invocation).changed(document, reach);
      }
      return ExitCodes.OK;
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }

  /** Scopes are free words, and a mistyped one lets nobody do anything. */
  private void warnAboutUnknownScopes(LocalData data) {
    Set<String> asked = ConfiguredOperations.scopes(data.config());
    for (String scope : scopes) {
      if (!asked.contains(scope)) {
        invocation.warn("no operation of this configuration asks for the scope " + scope);
      }
    }
  }

  private byte[] token() throws Exception {
    if (issueToken) {
      output.check(invocation);
      return Tokens.issue();
    }
    return tokenFile == null
        ? new byte[0]
        : SecretFiles.read(invocation.context().resolve(tokenFile));
  }
}
