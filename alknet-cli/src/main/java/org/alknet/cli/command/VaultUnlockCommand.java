package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code alknet vault unlock} (spec/cli.md section 9.14). */
@Command(
    name = "unlock",
    aliases = "check",
    header = {
      "Open the keystore, show the fingerprint of its identity, and lock it again.",
      "",
      "  alknet vault unlock",
      "  alknet vault check --password-file password",
      ""
    })
public final class VaultUnlockCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  /** Creates the command. */
  public VaultUnlockCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    try (NodeVault vault = options.unlock(invocation, local.config())) {
      new VaultView(invocation).show(options.file(invocation, local.config()), vault.fingerprint());
    }
    return ExitCodes.OK;
  }
}
