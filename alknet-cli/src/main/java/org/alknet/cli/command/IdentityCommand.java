package org.alknet.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.tls.Ed25519SecretKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet identity}: the keys of the data directory (spec/cli.md section 9.10). */
@Command(
    name = "identity",
    header = {
      "Show the keys of this data directory, public parts only.",
      "",
      "  alknet identity show",
      "  alknet identity show --operator --json",
      ""
    })
public final class IdentityCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public IdentityCommand() {}

  /** {@code alknet identity show}. */
  @Command(
      name = "show",
      header = {
        "Show fingerprint, public key and file of the node and of the operator.",
        "",
        "  alknet identity show",
        "  alknet identity show --full",
        ""
      })
  public static final class Show implements Callable<Integer> {
    /** RFC 8410: what stands before the 32 bytes of an Ed25519 public key. */
    private static final String SPKI_PREFIX = "302a300506032b6570032100";

    private final Invocation invocation;

    @Option(names = "--node", description = "only the identity of the node")
    private boolean node;

    @Option(names = "--operator", description = "only the identity of this user's commands")
    private boolean operator;

    @Option(names = "--full", description = "fingerprints in full, on terminals too")
    private boolean full;

    /** Creates the command. */
    public Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      DataDirectory directory = invocation.dataDirectory();
      boolean both = node == operator;
      IdentityView view = new IdentityView();
      if (node || both) {
        showNode(directory, view, !both);
      }
      if (operator || both) {
        show("operator", directory.operatorKey(), view, !both);
      }
      if (view.isEmpty()) {
        throw missing(directory.root());
      }
      if (invocation.options().json()) {
        invocation.result(view.json());
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }

    /** The configuration may keep the key elsewhere, or leave it to the vault. */
    private void showNode(DataDirectory directory, IdentityView view, boolean needed)
        throws Exception {
      Optional<Path> file = invocation.configuration();
      if (file.isEmpty()) {
        show("node", directory.nodeKey(), view, needed);
        return;
      }
      NodeConfig config = NodeConfig.load(file.get(), directory);
      Optional<NodeConfig.NodeKey> key = config.nodeKey();
      if (key.isPresent() && !key.get().inVault()) {
        show("node", key.get().file().orElseThrow(), view, needed);
      } else if (key.isPresent() && config.identity().expectedFingerprint().isPresent()) {
        show(
            "node",
            config.identity().expectedFingerprint().get(),
            config.vault().map(NodeConfig.Vault::keystore).orElse(directory.root()),
            view);
      } else if (needed) {
        throw CliException.of(
            ExitCodes.MISSING,
            "the node has no key file: "
                + invocation.show(file.get())
                + " gives it another identity",
            key.isPresent()
                ? "alknet vault fingerprint  shows that of the vault."
                : "alknet fingerprint FILE  shows that of a certificate.");
      }
    }

    private void show(String name, Path file, IdentityView view, boolean needed) throws Exception {
      if (!Files.exists(file)) {
        if (needed) {
          throw missing(file);
        }
        return;
      }
      Ed25519SecretKey key = KeyFiles.load(file);
      key.destroy();
      show(name, key.fingerprint(), file, view);
    }

    /** The fingerprint of an Ed25519 key is the key itself, in hexadecimal digits. */
    private void show(String name, String fingerprint, Path file, IdentityView view)
        throws IOException {
      String spki = SPKI_PREFIX + fingerprint.substring(fingerprint.indexOf(':') + 1);
      String publicKey = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(spki));
      view.add(name, fingerprint, publicKey, file);
      if (!invocation.options().json()) {
        print(name, fingerprint, publicKey, file);
      }
    }

    private void print(String name, String fingerprint, String publicKey, Path file)
        throws IOException {
      boolean shorten = invocation.context().terminal() && !full;
      invocation.result(
          invocation.styles().strong(name)
              + " ".repeat(Math.max(1, 10 - name.length()))
              + (shorten ? invocation.styles().fingerprint(fingerprint) : fingerprint));
      invocation.result("  public  " + publicKey);
      invocation.result("  file    " + invocation.show(file));
    }

    private CliException missing(Path where) {
      return CliException.of(
          ExitCodes.MISSING,
          "no key at " + invocation.show(where),
          "alknet serve makes both keys when it first starts;",
          "alknet keygen --out FILE makes one of your own.");
    }
  }
}
