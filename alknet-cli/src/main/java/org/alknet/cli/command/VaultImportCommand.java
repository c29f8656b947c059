package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.VaultFiles;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault import} (spec/cli.md section 9.14). */
@Command(
    name = "import",
    header = {
      "Make a keystore of a phrase you have.",
      "",
      "  alknet vault import --mnemonic-file phrase.txt --password-file password",
      "  alknet vault import --stdin --keystore spare.json --password-file password < phrase.txt",
      ""
    })
public final class VaultImportCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Option(
      names = "--mnemonic-file",
      paramLabel = "FILE",
      description = "file with the phrase, mode 0600")
  private @Nullable String mnemonicFile;

  @Option(names = "--stdin", description = "read the phrase from standard input")
  private boolean standardInput;

  /** Creates the command. */
  public VaultImportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    local.directory().create();
    Path keystore = options.file(invocation, local.config());
    VaultFiles.refuseExisting(keystore);
    char[] phrase =
        SecretText.characters(
            SecretInput.read(invocation, mnemonicFile, null, standardInput, "phrase"));
    char[] password = new char[0];
    char[] passphrase = new char[0];
    try {
      password = options.newPassword(invocation, local.config());
      passphrase = options.passphrase(invocation, local.config());
      String fingerprint = VaultFiles.fingerprint(phrase, passphrase);
      VaultFiles.create(keystore, phrase, password, invocation.context().passwordCost());
      VaultView view = new VaultView(invocation);
      view.show(keystore, fingerprint);
      view.explain(keystore, fingerprint);
    } finally {
      Arrays.fill(phrase, '\0');
      Arrays.fill(password, '\0');
      Arrays.fill(passphrase, '\0');
    }
    return ExitCodes.OK;
  }
}
