package org.alknet.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.TokenCheck;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.Identity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alknet token verify} (spec/cli.md section 9.12). */
@Command(
    name = "verify",
    header = {
      "Tell whose token this is, and what it may do.",
      "",
      "  alknet token verify --file script.token",
      "  alknet token verify --stdin --json < script.token",
      ""
    })
public final class TokenVerifyCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final TokenSource source = new TokenSource();

  /** Creates the command. */
  public TokenVerifyCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    byte[] token = source.read(invocation);
    try {
      LocalData local = LocalData.of(invocation);
      Identity found =
          TokenCheck.resolve(local.directory(), local.config(), token)
              .orElseThrow(() -> CliException.of(ExitCodes.MISSING, "this token is nobody's here"));
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("id", found.id());
      data.put("scopes", found.scopes());
      new Results(invocation)
          .print("token.verify", data, found.id() + "   " + String.join(" ", found.scopes()));
      return ExitCodes.OK;
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }
}
