package org.alknet.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.alknet.call.connection.StreamUsage;
import org.alknet.cli.assembly.CompletionNames;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.client.ClientIdentity;
import org.alknet.cli.client.RemoteToken;
import org.alknet.cli.client.Remotes;
import org.alknet.cli.client.Session;
import org.alknet.cli.client.Target;
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
  private static final Duration LONGEST_LIMIT = Duration.ofDays(1);

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "REMOTE",
      description =
          "[FINGERPRINT@]HOST:PORT, or the name of a saved remote (ALKNET_REMOTE; default: the"
              + " selected remote, else the node of the data directory)")
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

  /** Returns the options as if one remote had been named and nothing else. */
  static RemoteOptions named(String remote) {
    RemoteOptions options = new RemoteOptions();
    options.remote = remote;
    return options;
  }

  /** Whether somebody named a remote for this command. */
  boolean isNamed() {
    return remote != null;
  }

  /** Whether each dial can read the token again. */
  boolean isReadable() {
    return tokenDescriptor == null;
  }

  /** Returns under which name a shell completes what is listed; none if a token says who asks. */
  Optional<String> completionKey(Invocation invocation) {
    if (anonymous || tokenFile != null || tokenDescriptor != null) {
      return Optional.empty();
    }
    return Optional.of(
        CompletionNames.caller(
            Optional.ofNullable(remote).or(() -> invocation.context().variable("ALKNET_REMOTE")),
            Optional.ofNullable(identity).map(invocation.context()::resolve)));
  }

  /** Returns the limit that was given, or the default. */
  static Duration limit(Invocation invocation) throws CliException {
    Duration limit = invocation.options().timeout().orElse(DEFAULT_LIMIT);
    if (limit.isZero() || limit.compareTo(LONGEST_LIMIT) > 0) {
      throw CliException.of(ExitCodes.USAGE, "--timeout is 1ms to 1d");
    }
    return limit;
  }

  /** Dials. */
  Session open(Invocation invocation, Session.Limits limits) throws Exception {
    return open(invocation, limits, StreamUsage.SHARED);
  }

  /** Dials, and says how calls use streams. */
  Session open(Invocation invocation, Session.Limits limits, StreamUsage streams) throws Exception {
    if (anonymous && identity != null) {
      throw CliException.of(ExitCodes.USAGE, "--anonymous and --identity exclude each other");
    }
    Target target = Remotes.resolve(invocation, Optional.ofNullable(remote));
    ClientIdentity who = ClientIdentity.of(invocation, anonymous, identityFile(invocation, target));
    byte[] token = token(invocation, target);
    if (token.length > 0) {
      who = who.withToken(token);
      Arrays.fill(token, (byte) 0);
    }
    invocation.prepareClient();
    return Session.open(
        target.spec(), who, Interrupts.install(invocation.context().platform()), limits, streams);
  }

  private Optional<Path> identityFile(Invocation invocation, Target target) {
    return identity != null
        ? Optional.of(invocation.context().resolve(identity))
        : target
            .saved()
            .flatMap(SavedRemote::identity)
            .map(file -> invocation.dataDirectory().root().resolve(file));
  }

  private byte[] token(Invocation invocation, Target target) throws Exception {
    if (tokenFile != null || tokenDescriptor != null) {
      return SecretInput.read(invocation, tokenFile, tokenDescriptor, false, "token");
    }
    return anonymous ? new byte[0] : RemoteToken.of(invocation, target);
  }

  /** Dials with the limit for everything. */
  Session open(Invocation invocation) throws Exception {
    return open(invocation, Session.Limits.of(limit(invocation)));
  }
}
