package org.alknet.cli.command;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.Tokens;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alknet token hash} (spec/cli.md section 9.12). */
@Command(
    name = "hash",
    header = {
      "Print what is stored of a token.",
      "",
      "  alknet token hash --file script.token",
      "  alknet token hash --stdin < script.token",
      ""
    })
public final class TokenHashCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final TokenSource source = new TokenSource();

  /** Creates the command. */
  public TokenHashCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    byte[] token = source.read(invocation);
    try {
      String hash = Tokens.hash(token);
      new Results(invocation).print("token.hash", Map.of("hash", hash), hash);
      return ExitCodes.OK;
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }
}
