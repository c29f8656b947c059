package org.alknet.cli.command;

import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a token comes from that is looked at. */
final class TokenSource {
  @Option(names = "--file", paramLabel = "FILE", description = "file with the token, mode 0600")
  private @Nullable String file;

  @Option(names = "--stdin", description = "read the token from standard input")
  private boolean standardInput;

  TokenSource() {}

  /** Returns the token, which the caller wipes. */
  byte[] read(Invocation invocation) throws Exception {
    return SecretInput.read(invocation, file, null, standardInput, "token");
  }
}
