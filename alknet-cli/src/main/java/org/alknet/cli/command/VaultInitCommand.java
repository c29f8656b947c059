package org.alknet.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault init} (spec/cli.md section 9.14). */
@Command(
    name = "init",
    header = {
      "Make a new phrase, show it once, and keep it encrypted under a password.",
      "",
      "  alknet vault init --password-file password --out phrase.txt",
      "  alknet vault init --words 12 --keystore spare.json --reveal --password-file password",
      "",
      "At a terminal three of its words have to be typed again before anything is written.",
      ""
    })
public final class VaultInitCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();
  @Mixin private final SecretOutput output = new SecretOutput();

  @Option(
      names = "--words",
      paramLabel = "N",
      defaultValue = "24",
      description = "12, 15, 18, 21 or 24 (default ${DEFAULT-VALUE})")
  private int words;

  /** Creates the command. */
  public VaultInitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    output.check(invocation);
    LocalData local = LocalData.of(invocation);
    local.directory().create();
    Map<String, Object> document = new LinkedHashMap<>();
    VaultMaker.Made made =
        new VaultMaker(invocation, options, output).make(local.config(), words, document);
    new Results(invocation).print("vault", document);
    new VaultView(invocation).explain(made.keystore(), made.fingerprint());
    return ExitCodes.OK;
  }
}
