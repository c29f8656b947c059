package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.DerivedFromVault;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet vault derive} (spec/cli.md section 9.14). */
@Command(
    name = "derive",
    header = {
      "Derive a key from the phrase, and show its public part.",
      "",
      "  alknet vault derive \"m/74'/0'/0'/7'\"",
      "  alknet vault derive \"m/44'/60'/0'/0/0\" --type secp256k1",
      "  alknet vault derive \"m/74'/0'/0'/7'\" --private --out device.key --yes",
      "",
      "A secret key goes into a new file of mode 0600 and nowhere else.",
      ""
    })
public final class VaultDeriveCommand implements Callable<Integer> {
  /** Kinds of keys. */
  enum Type {
    ed25519,
    secp256k1
  }

  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Parameters(paramLabel = "PATH", description = "such as m/74'/0'/0'/7'")
  private String path = "";

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "ed25519",
      description = "ed25519 or secp256k1 (default ${DEFAULT-VALUE})")
  private Type type = Type.ed25519;

  @Option(names = "--private", description = "write the secret key, 64 hex digits; asks first")
  private boolean secret;

  @Option(names = "--out", paramLabel = "FILE", description = "new file for the secret key")
  private @Nullable String out;

  /** Creates the command. */
  public VaultDeriveCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (secret != (out != null)) {
      throw CliException.of(
          ExitCodes.USAGE, "--private and --out FILE go together: a secret is never printed");
    }
    LocalData local = LocalData.of(invocation);
    Path keystore = options.file(invocation, local.config());
    char[] password = options.password(invocation, local.config(), "password of the keystore");
    char[] passphrase = options.passphrase(invocation, local.config());
    try (DerivedFromVault key =
        DerivedFromVault.of(keystore, password, passphrase, path, type == Type.secp256k1)) {
      if (out != null) {
        Confirm.required(invocation, "Write the secret key of " + path + " to " + out + "?");
        byte[] hex = key.revealHex();
        try {
          SecretFiles.create(invocation.context().resolve(out), hex);
        } finally {
          Arrays.fill(hex, (byte) 0);
        }
      }
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("path", path);
      data.put("type", type.name());
      data.put("public_key", key.publicKey());
      data.put(type == Type.ed25519 ? "fingerprint" : "address", key.name());
      data.put("file", Optional.ofNullable(out));
      new Results(invocation).print("vault.derive", data, key.name(), "public  " + key.publicKey());
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(passphrase, '\0');
    }
    return ExitCodes.OK;
  }
}
