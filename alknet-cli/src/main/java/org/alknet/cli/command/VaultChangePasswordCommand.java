package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.VaultFiles;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault change-password} (spec/cli.md section 9.14). */
@Command(
    name = "change-password",
    header = {
      "Keep the phrase under another password.",
      "",
      "  alknet vault change-password --new-password-file new-password",
      "  alknet vault change-password --new-password-fd 3 3< new-password",
      "",
      "A node that reads the password from a file has to find the new one there at its next start.",
      ""
    })
public final class VaultChangePasswordCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Option(
      names = "--new-password-file",
      paramLabel = "FILE",
      description = "file with the new password, mode 0600 (default: asked for twice)")
  private @Nullable String newPasswordFile;

  @Option(
      names = "--new-password-fd",
      paramLabel = "N",
      description = "descriptor to read the new password from")
  private @Nullable Integer newPasswordDescriptor;

  /** Creates the command. */
  public VaultChangePasswordCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    Path keystore = options.file(invocation, local.config());
    // Opened with the old one first: nobody should think of a new one for nothing.
    String fingerprint;
    try (NodeVault vault = options.unlock(invocation, local.config())) {
      fingerprint = vault.fingerprint();
    }
    char[] before = options.password(invocation, local.config(), "password of the keystore again");
    char[] after = new char[0];
    try {
      after = newPassword("new password");
      if (newPasswordFile == null && newPasswordDescriptor == null) {
        char[] again = newPassword("the same again");
        boolean same = Arrays.equals(after, again);
        Arrays.fill(again, '\0');
        if (!same) {
          throw CliException.of(ExitCodes.UNSAFE, "the two passwords differ; nothing was done");
        }
      }
      VaultFiles.changePassword(keystore, before, after, invocation.context().passwordCost());
    } finally {
      Arrays.fill(before, '\0');
      Arrays.fill(after, '\0');
    }
    new VaultView(invocation).show(keystore, fingerprint);
    return ExitCodes.OK;
  }

  private char[] newPassword(String prompt) throws CliException, NodeException {
    return SecretText.characters(
        SecretInput.read(
            invocation, newPasswordFile, newPasswordDescriptor, prompt, "--new-password-file"));
  }
}
