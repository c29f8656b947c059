package org.alknet.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.FirstSetup;
import org.alknet.cli.assembly.HostPorts;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code alknet init}: everything a node needs before its first start (spec/cli.md section 9.2).
 */
@Command(
    name = "init",
    header = {
      "Make data directory, keys, store and a commented configuration.",
      "",
      "  alknet init",
      "  alknet -d vaulted init --vault --password-file password --out phrase-of-vaulted.txt",
      "  alknet -d public init --listen 0.0.0.0:4433 --peer-id you",
      "",
      "What is there is kept, so it can be run again. With --vault the key of the node comes from",
      "a phrase, which is shown once.",
      ""
    })
public final class InitCommand implements Callable<Integer> {
  private static final int WORDS = 24;

  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();
  @Mixin private final SecretOutput output = new SecretOutput();

  @Option(names = "--vault", description = "make a keystore, and take the node's key from it")
  private boolean vault;

  @Option(
      names = "--words",
      paramLabel = "N",
      description = "of the phrase: 12, 15, 18, 21 or 24 (default 24); with --vault")
  private @Nullable Integer words;

  @Option(
      names = "--peer-id",
      paramLabel = "NAME",
      defaultValue = "operator",
      description = "id of the peer that stands for you (default ${DEFAULT-VALUE})")
  private String peerId = "operator";

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "UDP address for the configuration (default 127.0.0.1:4433)")
  private @Nullable String listen;

  @Option(
      names = "--force-missing-only",
      description = "go on although a configuration is there that does not say what is asked for")
  private boolean missingOnly;

  /** Creates the command. */
  public InitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (words != null && !vault) {
      throw CliException.of(
          ExitCodes.USAGE, "--words is about the phrase of a vault", "Add --vault to make one.");
    }
    LocalData local = LocalData.of(invocation);
    FirstSetup setup = new FirstSetup(local.directory());
    refuseContradictions(local, setup);
    Map<String, Object> document = new LinkedHashMap<>();
    Optional<FirstSetup.NodeVaultFiles> keys =
        vault || isVaulted(local) ? Optional.of(vault(local, setup, document)) : Optional.empty();
    FirstSetup.Report report = setup.run(keys, peerId, Optional.ofNullable(listen));
    document.remove("keystore");
    document.put("fingerprint", report.fingerprint());
    document.put("data_dir", local.directory().root());
    document.put("created", report.created());
    document.put("kept", report.kept());
    report.created().forEach(file -> invocation.note("made " + invocation.show(file)));
    report.kept().forEach(file -> invocation.note("kept " + invocation.show(file)));
    new Results(invocation).print("init", document, report.fingerprint());
    return ExitCodes.OK;
  }

  private static boolean isVaulted(LocalData local) {
    return local
        .config()
        .flatMap(NodeConfig::nodeKey)
        .map(NodeConfig.NodeKey::inVault)
        .orElse(false);
  }

  /** A file that is kept must not say something else than what was asked for. */
  private void refuseContradictions(LocalData local, FirstSetup setup) throws Exception {
    if (listen != null) {
      HostPorts.parse(listen);
    }
    if (vault && Files.exists(local.directory().nodeKey()) && !isVaulted(local)) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          "the node has a key already: " + invocation.show(local.directory().nodeKey()),
          "Who pinned it would be locked out. Move it away if that is meant.");
    }
    Optional<Path> file = setup.configuration();
    if (file.isPresent() && !missingOnly && (listen != null || (vault && !isVaulted(local)))) {
      throw CliException.of(
          ExitCodes.UNSAFE,
          invocation.show(file.get()) + " exists and is not overwritten",
          "Edit it: alknet config init  prints every setting there is.",
          "--force-missing-only  keeps it as it is and makes the rest.");
    }
  }

  private FirstSetup.NodeVaultFiles vault(
      LocalData local, FirstSetup setup, Map<String, Object> document) throws Exception {
    Path keystore = options.file(invocation, local.config());
    boolean isNew = !NodeVault.exists(keystore);
    String fingerprint;
    if (isNew) {
      output.check(invocation);
      local.directory().create();
      fingerprint =
          new VaultMaker(invocation, options, output)
              .make(local.config(), words == null ? WORDS : words, document)
              .fingerprint();
    } else {
      try (NodeVault open = options.unlock(invocation, local.config())) {
        fingerprint = open.fingerprint();
      }
    }
    setup.note(keystore, isNew);
    return new FirstSetup.NodeVaultFiles(
        keystore,
        fingerprint,
        options.passwordFile(invocation),
        options.passphraseFile(invocation));
  }
}
