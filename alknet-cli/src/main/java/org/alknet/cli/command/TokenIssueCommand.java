package org.alknet.cli.command;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.admin.Tokens;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.ExpiryConverter;
import org.alknet.cli.output.Escape;
import org.alknet.core.identity.AuthPolicy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet token issue} (spec/cli.md section 9.12). */
@Command(
    name = "issue",
    header = {
      "Make a token for a peer, or an API key for the configuration; shown once.",
      "",
      "  alknet token issue --peer operator --out operator.token",
      "  alknet token issue --api-key --scope metrics:read --out monitoring.token",
      ""
    })
public final class TokenIssueCommand implements Callable<Integer> {
  /** Characters of a token by which a configuration names its key. */
  private static final int PREFIX = 8;

  private final Invocation invocation;

  @Mixin private final SecretOutput output = new SecretOutput();

  @Option(names = "--peer", paramLabel = "ID", description = "the peer it is for")
  private @Nullable String peer;

  @Option(names = "--api-key", description = "print the table for the configuration instead")
  private boolean apiKey;

  @Option(names = "--scope", paramLabel = "SCOPE", description = "of an API key, repeatable")
  private List<String> scopes = List.of();

  @Option(names = "--description", paramLabel = "TEXT", description = "of an API key")
  private @Nullable String description;

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      converter = ExpiryConverter.class,
      description = "when an API key ends: 30d or \"in 30d\" from now, or 2027-01-31T12:00:00Z")
  private @Nullable Instant expires;

  /** Creates the command. */
  public TokenIssueCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (apiKey == (peer != null)) {
      throw CliException.of(
          ExitCodes.USAGE,
          "a token is for one peer, or it is an API key",
          "Add --peer ID, or --api-key.");
    }
    output.check(invocation);
    LocalData local = LocalData.of(invocation);
    AuthPolicy policy = local.config().map(c -> c.dynamic().auth()).orElseGet(AuthPolicy::empty);
    byte[] token = Tokens.issue(policy);
    Map<String, Object> document = new LinkedHashMap<>();
    try {
      document.put("hash", Tokens.hash(token));
      if (peer != null) {
        forPeer(peer, token, local, document);
      } else {
        forConfiguration(token, document);
      }
      new Results(invocation).print("token.issue", document);
    } finally {
      Arrays.fill(token, (byte) 0);
    }
    return ExitCodes.OK;
  }

  private void forPeer(String id, byte[] token, LocalData local, Map<String, Object> document)
      throws Exception {
    String hash = Tokens.hash(token);
    try (Peers peers = local.openPeers()) {
      Reach reach = peers.update(id, entry -> entry.toBuilder().authTokenHash(hash).build());
      document.put("peer_id", id);
      document.put("live", reach.live().isPresent());
      output.hand(invocation, token, "the token of " + id, "token", document);
      invocation.note("peer \"" + id + "\" has it (" + reach + ")");
    }
  }

  private void forConfiguration(byte[] token, Map<String, Object> document) throws Exception {
    String stanza = stanza(token);
    document.put("stanza", stanza);
    output.hand(invocation, token, "the API key", "token", document);
    if (!invocation.options().json()) {
      invocation.context().err().print(stanza);
      invocation.context().err().flush();
    }
  }

  private String stanza(byte[] token) throws CliException {
    StringBuilder text = new StringBuilder("[[auth.api_keys]]\n");
    text.append("prefix = \"");
    text.append(new String(token, 0, PREFIX, StandardCharsets.US_ASCII)).append("\"\n");
    text.append("hash = \"").append(Tokens.hash(token)).append("\"\n");
    text.append(
        scopes.stream()
            .map(TokenIssueCommand::quoted)
            .collect(Collectors.joining(", ", "scopes = [", "]\n")));
    if (description != null) {
      text.append("description = ").append(quoted(description)).append('\n');
    }
    if (expires != null) {
      text.append("expires_at = ").append(expires.getEpochSecond());
      text.append('\n');
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return "\"" + Escape.text(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
