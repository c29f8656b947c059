package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault fingerprint} (spec/cli.md section 9.14). */
@Command(
    name = "fingerprint",
    header = {
      "Show the fingerprint of the identity in the vault, or of a device key.",
      "",
      "  alknet vault fingerprint",
      "  alknet vault fingerprint --device 3",
      ""
    })
public final class VaultFingerprintCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Option(names = "--device", paramLabel = "N", description = "index of a device key")
  private @Nullable Long device;

  /** Creates the command. */
  public VaultFingerprintCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (device != null && device < 0) {
      throw CliException.of(ExitCodes.USAGE, "--device is 0 or more, not " + device);
    }
    LocalData local = LocalData.of(invocation);
    try (NodeVault vault = options.unlock(invocation, local.config())) {
      new VaultView(invocation)
          .show(
              options.file(invocation, local.config()),
              device == null ? vault.fingerprint() : vault.deviceFingerprint(device));
    }
    return ExitCodes.OK;
  }
}
