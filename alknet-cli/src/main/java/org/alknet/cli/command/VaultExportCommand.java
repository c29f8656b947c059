package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.VaultFiles;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alknet vault export} (spec/cli.md section 9.14). */
@Command(
    name = "export",
    header = {
      "Show the phrase again; only at a terminal, and only to somebody who types that it is meant.",
      "",
      "  alknet vault export",
      "  alknet vault export --password-file password",
      "",
      "Who has the phrase is the node, and reads its credentials.",
      ""
    })
public final class VaultExportCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  /** Creates the command. */
  public VaultExportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (invocation.options().json()) {
      throw CliException.of(ExitCodes.USAGE, "a phrase is never part of a JSON document here");
    }
    LocalData local = LocalData.of(invocation);
    Path keystore = options.file(invocation, local.config());
    Confirm.typed(invocation, "Everybody who sees this screen will be the node.", "show");
    char[] password = options.password(invocation, local.config(), "password of the keystore");
    char[] phrase = new char[0];
    try {
      phrase = VaultFiles.phrase(keystore, password);
      byte[] text = SecretText.utf8(phrase);
      try {
        invocation.context().out().raw(text);
        invocation.result("");
        invocation.context().out().flush();
      } finally {
        Arrays.fill(text, (byte) 0);
      }
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(phrase, '\0');
    }
    return ExitCodes.OK;
  }
}
