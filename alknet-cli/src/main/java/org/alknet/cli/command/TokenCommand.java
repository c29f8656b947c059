package org.alknet.cli.command;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.admin.TokenCheck;
import org.alknet.cli.admin.Tokens;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet token}: bearer tokens of peers and API keys (spec/cli.md section 9.12). */
@Command(
    name = "token",
    header = {
      "Issue and check bearer tokens; only their hashes are stored.",
      "",
      "  alknet token issue --peer script --out script.token",
      "  alknet token verify --file script.token",
      ""
    })
public final class TokenCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public TokenCommand() {}

  /** {@code alknet token issue}. */
  @Command(
      name = "issue",
      header = {
        "Make a token for a peer, or an API key for the configuration; shown once.",
        "",
        "  alknet token issue --peer script --out script.token",
        "  alknet token issue --api-key --scope metrics:read --out monitoring.token",
        ""
      })
  public static final class Issue implements Callable<Integer> {
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
        paramLabel = "DURATION",
        description = "when an API key ends, such as 30d from now")
    private @Nullable Duration expires;

    /** Creates the command. */
    public Issue(Invocation invocation) {
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
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      byte[] token = Tokens.issue(config.map(c -> c.dynamic().auth()).orElseGet(AuthPolicy::empty));
      try {
        if (peer != null) {
          forPeer(peer, token, config);
        } else {
          output.write(invocation, token, "the API key");
          invocation.context().err().print(stanza(token));
          invocation.context().err().flush();
        }
      } finally {
        Arrays.fill(token, (byte) 0);
      }
      return ExitCodes.OK;
    }

    private void forPeer(String id, byte[] token, Optional<NodeConfig> config) throws Exception {
      String hash = Tokens.hash(token);
      invocation.prepareClient();
      try (Peers peers = Peers.open(invocation.dataDirectory(), config)) {
        Reach reach = peers.update(id, entry -> entry.toBuilder().authTokenHash(hash).build());
        output.write(invocation, token, "the token of " + id);
        invocation.note("peer \"" + id + "\" has it (" + reach + ")");
      }
    }

    private String stanza(byte[] token) throws CliException {
      StringBuilder text = new StringBuilder("[[auth.api_keys]]\n");
      text.append("prefix = \"");
      text.append(new String(token, 0, PREFIX, StandardCharsets.US_ASCII)).append("\"\n");
      text.append("hash = \"").append(Tokens.hash(token)).append("\"\n");
      text.append(
          scopes.stream()
              .map(Issue::quoted)
              .collect(Collectors.joining(", ", "scopes = [", "]\n")));
      if (description != null) {
        text.append("description = ").append(quoted(description)).append('\n');
      }
      if (expires != null) {
        text.append("expires_at = ").append(Instant.now().plus(expires).getEpochSecond());
        text.append('\n');
      }
      return text.toString();
    }

    private static String quoted(String text) {
      return "\"" + Escape.text(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
  }

  /** {@code alknet token hash}. */
  @Command(
      name = "hash",
      header = {
        "Print what is stored of a token.",
        "",
        "  alknet token hash --file script.token",
        "  alknet token hash --stdin < script.token",
        ""
      })
  public static final class Hash implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin private final TokenSource source = new TokenSource();

    /** Creates the command. */
    public Hash(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      byte[] token = source.read(invocation);
      try {
        String hash = Tokens.hash(token);
        invocation.result(
            invocation.options().json()
                ? JsonWriter.text("token.hash", Map.of("hash", hash))
                : hash);
        invocation.context().out().flush();
        return ExitCodes.OK;
      } finally {
        Arrays.fill(token, (byte) 0);
      }
    }
  }

  /** {@code alknet token verify}. */
  @Command(
      name = "verify",
      header = {
        "Tell whose token this is, and what it may do.",
        "",
        "  alknet token verify --file script.token",
        "  alknet token verify --stdin --json",
        ""
      })
  public static final class Verify implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin private final TokenSource source = new TokenSource();

    /** Creates the command. */
    public Verify(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      byte[] token = source.read(invocation);
      try {
        invocation.prepareClient();
        Identity found =
            TokenCheck.resolve(invocation.dataDirectory(), PeerOptions.config(invocation), token)
                .orElseThrow(
                    () -> CliException.of(ExitCodes.MISSING, "this token is nobody's here"));
        if (invocation.options().json()) {
          Map<String, Object> data = new LinkedHashMap<>();
          data.put("id", found.id());
          data.put("scopes", found.scopes());
          invocation.result(JsonWriter.text("token.verify", data));
        } else {
          invocation.result(Escape.text(found.id() + "   " + String.join(" ", found.scopes())));
        }
        invocation.context().out().flush();
        return ExitCodes.OK;
      } finally {
        Arrays.fill(token, (byte) 0);
      }
    }
  }

  /** Where a token comes from. */
  static final class TokenSource {
    @Option(names = "--file", paramLabel = "FILE", description = "file with the token, mode 0600")
    private @Nullable String file;

    @Option(names = "--stdin", description = "read the token from standard input")
    private boolean standardInput;

    TokenSource() {}

    byte[] read(Invocation invocation) throws Exception {
      return SecretInput.read(invocation, file, null, standardInput, "token");
    }
  }
}
