package org.alknet.cli.command;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.alknet.cli.client.ClientIdentity;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.cli.client.Remotes;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to a remote. */
final class RemoteOptions {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "REMOTE",
      description =
          "[FINGERPRINT@]HOST:PORT (ALKNET_REMOTE; default: the node of the data directory)")
  private @Nullable String remote;

  @Option(
      names = "--identity",
      paramLabel = "FILE",
      description = "key to present (default: operator.key of the data directory, if there is one)")
  private @Nullable String identity;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "file with a bearer token to add to the requests, mode 0600")
  private @Nullable String tokenFile;

  @Option(
      names = "--token-fd",
      paramLabel = "N",
      description = "descriptor to read the bearer token from")
  private @Nullable Integer tokenDescriptor;

  @Option(names = "--anonymous", description = "present no key")
  private boolean anonymous;

  RemoteOptions() {}

  /** Returns the limit that was given, or the default. */
  static Duration limit(Invocation invocation) {
    return invocation.options().timeout().orElse(DEFAULT_LIMIT);
  }

  /** Dials. */
  Session open(Invocation invocation, Session.Limits limits) throws Exception {
    if (anonymous && identity != null) {
      throw CliException.of(ExitCodes.USAGE, "--anonymous and --identity exclude each other");
    }
    RemoteSpec spec = Remotes.resolve(invocation, Optional.ofNullable(remote));
    ClientIdentity who = ClientIdentity.of(invocation, anonymous, Optional.ofNullable(identity));
    if (tokenFile != null || tokenDescriptor != null) {
      byte[] token = SecretInput.read(invocation, tokenFile, tokenDescriptor, false, "token");
      who = who.withToken(token);
      Arrays.fill(token, (byte) 0);
    }
    invocation.prepareClient();
    return Session.open(spec, who, Interrupts.install(invocation.context().platform()), limits);
  }

  /** Dials with the limit for everything. */
  Session open(Invocation invocation) throws Exception {
    return open(invocation, Session.Limits.of(limit(invocation)));
  }
}
