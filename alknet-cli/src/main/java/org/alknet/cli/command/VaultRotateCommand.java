package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.admin.VaultRotation;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code alknet vault rotate} (spec/cli.md section 9.14). */
@Command(
    name = "rotate",
    header = {
      "Encrypt the stored credentials with the key of another version.",
      "",
      "  alknet vault rotate --to 3 --dry-run",
      "  alknet vault rotate --to 3",
      "  alknet vault rotate --to v3 --provider openai",
      "",
      "Backs the store up first. It may be interrupted at any moment: every credential stays",
      "readable, and the same command goes on with what is left.",
      ""
    })
public final class VaultRotateCommand implements Callable<Integer> {
  private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,10})");
  private static final long MIN_VERSION = 2;
  private static final long MAX_VERSION = 2_147_483_649L;

  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Option(
      names = "--to",
      paramLabel = "N",
      required = true,
      description = "version of the key, such as 3 or v3")
  private String to = "";

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "only this credential, repeatable (default: all)")
  private List<String> providers = List.of();

  @Option(names = "--dry-run", description = "only say what would be done")
  private boolean dryRun;

  /** Creates the command. */
  public VaultRotateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    long version = version();
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      refuseUnknown(store);
      try (NodeVault vault = options.unlock(invocation, local.config())) {
        VaultRotation rotation = new VaultRotation(store, vault, version);
        VaultRotationView view = new VaultRotationView(invocation, version);
        if (dryRun) {
          return view.planned(rotation.pending(providers));
        }
        if (!rotation.pending(providers).isEmpty()) {
          Path backup = StoreFiles.newBackup(local.directory(), "before-rotate");
          StoreFiles.backup(store, backup, false);
          invocation.note("backup: " + invocation.show(backup));
        }
        return view.done(rotation.run(providers, view::step));
      }
    }
  }

  private long version() throws CliException {
    Matcher matcher = VERSION.matcher(to);
    long version = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    if (version < MIN_VERSION || version > MAX_VERSION) {
      throw CliException.of(
          ExitCodes.USAGE, "--to is a version from 2 to 2147483649, such as 3, not " + to);
    }
    return version;
  }

  private void refuseUnknown(SqliteStore store) throws CliException {
    for (String provider : providers) {
      if (store.credentials().get(provider).isEmpty()) {
        throw CliException.of(
            ExitCodes.MISSING,
            "there is no credential " + provider,
            "alknet credential list  shows those there are.");
      }
    }
  }
}
