package org.alknet.cli.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.cli.input.SecretInput;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;
import org.alknet.store.sqlite.ProviderInfo;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet credential}: what operations use towards others (spec/cli.md section 9.15). */
@Command(
    name = "credential",
    aliases = "cred",
    header = {
      "Manage credentials for other services, encrypted by the vault.",
      "",
      "  alknet credential put openai",
      "  alknet credential list",
      ""
    })
public final class CredentialCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public CredentialCommand() {}

  private static void changed(Invocation invocation, String provider, String action)
      throws Exception {
    if (invocation.options().json()) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("provider", provider);
      data.put("action", action);
      invocation.result(JsonWriter.text("credential.change", data));
    } else {
      invocation.result(Escape.text("credential \"" + provider + "\" " + action));
    }
    invocation.context().out().flush();
  }

  /** {@code alknet credential put}. */
  @Command(
      name = "put",
      header = {
        "Store a credential, encrypted by the vault.",
        "",
        "  alknet credential put openai",
        "  alknet credential put openai --file key.txt --password-file password",
        "",
        "A running node gives it to its operations at the next start.",
        ""
      })
  public static final class Put implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin private final VaultOptions options = new VaultOptions();

    @Parameters(paramLabel = "PROVIDER", description = "name by which operations ask for it")
    private String provider = "";

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "file with the credential, mode 0600 (default: asked for)")
    private @Nullable String file;

    @Option(names = "--stdin", description = "read the credential from standard input")
    private boolean standardInput;

    @Option(
        names = "--key-version",
        paramLabel = "N",
        description = "version of the vault's key to encrypt it with")
    private @Nullable Long keyVersion;

    @Option(names = "--replace", description = "put it in the place of the one that is there")
    private boolean replace;

    /** Creates the command. */
    public Put(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      Optional<NodeConfig> config = PeerOptions.config(invocation);
      invocation.prepareClient();
      try (SqliteStore store = NodeStore.openForCommand(invocation.dataDirectory(), config)) {
        boolean exists = store.credentials().get(provider).isPresent();
        if (exists && !replace) {
          throw CliException.of(
              ExitCodes.UNSAFE,
              "there is a credential " + provider + " already",
              "--replace puts this one in its place.");
        }
        try (NodeVault vault = options.unlock(invocation, config)) {
          byte[] value =
              SecretInput.read(invocation, file, null, standardInput, "credential for " + provider);
          try {
            NodeStore.await(
                "cannot store " + provider,
                store
                    .credentials()
                    .put(
                        provider,
                        vault.encrypt(
                            value, keyVersion == null ? NodeVault.KEY_VERSION : keyVersion)));
          } finally {
            Arrays.fill(value, (byte) 0);
          }
        }
        changed(invocation, provider, exists ? "replaced" : "stored");
      }
      return ExitCodes.OK;
    }
  }

  /** {@code alknet credential list}. */
  @Command(
      name = "list",
      aliases = "ls",
      header = {
        "List the credentials by name; no values.",
        "",
        "  alknet credential list",
        "  alknet credential list --json",
        ""
      })
  public static final class ListCredentials implements Callable<Integer> {
    private final Invocation invocation;

    /** Creates the command. */
    public ListCredentials(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      invocation.prepareClient();
      List<ProviderInfo> providers;
      try (SqliteStore store =
          NodeStore.openForCommand(invocation.dataDirectory(), PeerOptions.config(invocation))) {
        providers = store.credentials().providers();
      }
      if (invocation.options().json()) {
        invocation.result(
            JsonWriter.text(
                "credential.list",
                Map.of(
                    "credentials",
                    providers.stream()
                        .map(p -> Map.of("provider", p.provider(), "key_version", p.keyVersion()))
                        .toList())));
      } else {
        TableWriter table = new TableWriter("PROVIDER", "KEY");
        providers.forEach(p -> table.row(p.provider(), "v" + p.keyVersion()));
        for (String line : table.lines(invocation.context().columns(), invocation.styles())) {
          invocation.result(line);
        }
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }
  }

  /** {@code alknet credential delete}. */
  @Command(
      name = "delete",
      aliases = "rm",
      header = {
        "Delete a credential; asks first.",
        "",
        "  alknet credential delete openai",
        "  alknet credential delete openai --yes",
        ""
      })
  public static final class Delete implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(paramLabel = "PROVIDER", description = "its name")
    private String provider = "";

    /** Creates the command. */
    public Delete(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      invocation.prepareClient();
      try (SqliteStore store =
          NodeStore.openForCommand(invocation.dataDirectory(), PeerOptions.config(invocation))) {
        if (store.credentials().get(provider).isEmpty()) {
          changed(invocation, provider, "was not there");
          return ExitCodes.OK;
        }
        Confirm.required(invocation, "Delete the credential " + provider + "?");
        NodeStore.await("cannot delete " + provider, store.credentials().delete(provider));
        changed(invocation, provider, "deleted");
      }
      return ExitCodes.OK;
    }
  }
}
