package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault}: the mnemonic behind keys and credentials (spec/cli.md section 9.14). */
@Command(
    name = "vault",
    header = {
      "Manage the vault: one phrase, from which keys and encrypted credentials come.",
      "",
      "  alknet vault init",
      "  alknet vault unlock --password-file password",
      "",
      "Nothing stays unlocked: every command and every node opens the keystore for itself.",
      ""
    })
public final class VaultCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public VaultCommand() {}

  private static void show(Invocation invocation, Path keystore, String fingerprint, String kind)
      throws Exception {
    if (invocation.options().json()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("keystore", keystore);
      data.put("fingerprint", fingerprint);
      invocation.result(JsonWriter.text(kind, data));
    } else {
      invocation.result(fingerprint);
    }
    invocation.context().out().flush();
  }

  private static String fingerprint(Path keystore, char[] password, char[] passphrase)
      throws Exception {
    try (NodeVault vault = NodeVault.unlock(keystore, password, passphrase, Optional.empty())) {
      return vault.fingerprint();
    }
  }

  private static void explain(Invocation invocation, Path keystore, String fingerprint) {
    invocation.note("keystore " + invocation.show(keystore) + "; for the configuration:");
    invocation.note("  [identity]");
    invocation.note("  expect_fingerprint = \"" + fingerprint + "\"");
    invocation.note("  [vault]");
    invocation.note("  keystore = \"" + keystore + "\"");
    invocation.note("and to make this the key of the node:");
    invocation.note("  [tls_identity]");
    invocation.note("  type = \"raw_key\"");
    invocation.note("  source = \"vault\"");
  }

  /** {@code alknet vault init}. */
  @Command(
      name = "init",
      header = {
        "Make a new phrase, show it once, and keep it encrypted under a password.",
        "",
        "  alknet vault init",
        "  alknet vault init --password-file password --out phrase.txt",
        ""
      })
  public static final class Init implements Callable<Integer> {
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
    public Init(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      output.check(invocation);
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      invocation.prepareClient();
      invocation.dataDirectory().create();
      Path keystore = options.file(invocation, config);
      char[] password = options.newPassword(invocation, config);
      char[] passphrase = options.passphrase(invocation, config);
      byte[] phrase = new byte[0];
      try {
        phrase = SecretText.utf8(NodeVault.create(keystore, words, password));
        output.write(invocation, phrase, "the phrase");
        String fingerprint = fingerprint(keystore, password, passphrase);
        explain(invocation, keystore, fingerprint);
      } finally {
        Arrays.fill(password, '\0');
        Arrays.fill(passphrase, '\0');
        Arrays.fill(phrase, (byte) 0);
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alknet vault import}. */
  @Command(
      name = "import",
      header = {
        "Make a keystore of a phrase you have.",
        "",
        "  alknet vault import --mnemonic-file phrase.txt",
        "  alknet vault import --stdin --password-file password",
        ""
      })
  public static final class Import implements Callable<Integer> {
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
    public Import(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      invocation.prepareClient();
      invocation.dataDirectory().create();
      Path keystore = options.file(invocation, config);
      char[] phrase =
          SecretText.characters(
              SecretInput.read(invocation, mnemonicFile, null, standardInput, "phrase"));
      char[] password = options.newPassword(invocation, config);
      char[] passphrase = options.passphrase(invocation, config);
      try {
        NodeVault.importPhrase(keystore, phrase, password);
        String fingerprint = fingerprint(keystore, password, passphrase);
        show(invocation, keystore, fingerprint, "vault.import");
        explain(invocation, keystore, fingerprint);
      } finally {
        Arrays.fill(phrase, '\0');
        Arrays.fill(password, '\0');
        Arrays.fill(passphrase, '\0');
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alknet vault unlock}. */
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
  public static final class Unlock implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin private final VaultOptions options = new VaultOptions();

    /** Creates the command. */
    public Unlock(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      invocation.prepareClient();
      try (NodeVault vault = options.unlock(invocation, config)) {
        show(invocation, options.file(invocation, config), vault.fingerprint(), "vault");
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alknet vault fingerprint}. */
  @Command(
      name = "fingerprint",
      header = {
        "Show the fingerprint of the identity in the vault, or of a device key.",
        "",
        "  alknet vault fingerprint",
        "  alknet vault fingerprint --device 3",
        ""
      })
  public static final class Fingerprint implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin private final VaultOptions options = new VaultOptions();

    @Option(names = "--device", paramLabel = "N", description = "index of a device key")
    private @Nullable Long device;

    /** Creates the command. */
    public Fingerprint(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      if (device != null && device < 0) {
        throw CliException.of(ExitCodes.USAGE, "--device is 0 or more, not " + device);
      }
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      invocation.prepareClient();
      try (NodeVault vault = options.unlock(invocation, config)) {
        show(
            invocation,
            options.file(invocation, config),
            device == null ? vault.fingerprint() : vault.deviceFingerprint(device),
            "vault");
      }
      return ExitCodes.OK;
    }
  }
}
