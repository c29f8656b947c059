package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet remote add} (spec/cli.md section 9.9). */
@Command(
    name = "add",
    header = {
      "Save a remote under a name, after dialling it once.",
      "",
      "  alknet remote add hub \"$(cat hub.address)\" --use",
      "  alknet remote add spare 127.0.0.1:4433 --no-verify-now \\",
      "    --fingerprint ed25519:"
          + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "Without a fingerprint only a node with a certificate of an authority is trusted: nothing is",
      "taken over from the first look. A token is encrypted by the vault.",
      ""
    })
public final class RemoteAddCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions vault = new VaultOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "name for commands to use")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "ADDRESS",
      description = "[FINGERPRINT@]HOST:PORT, as serve prints it")
  private String address = "";

  @Option(
      names = "--fingerprint",
      paramLabel = "FP",
      description = "key to expect, repeatable; in addition to the one in the address")
  private List<String> fingerprints = List.of();

  @Option(
      names = "--server-name",
      paramLabel = "NAME",
      description = "name its certificate is for, if that is not the host")
  private @Nullable String serverName;

  @Option(
      names = "--identity",
      paramLabel = "FILE",
      description = "key to present there (default: operator.key)")
  private @Nullable String identity;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "bearer token to store with it, encrypted by the vault")
  private @Nullable String tokenFile;

  @Option(names = "--stdin", description = "read the bearer token to store from standard input")
  private boolean standardInput;

  @Option(
      names = "--token-path",
      paramLabel = "FILE",
      description = "remember only where the token is: a file of mode 0600")
  private @Nullable String tokenPath;

  @Option(names = "--use", description = "talk to it from now on if nobody says otherwise")
  private boolean use;

  @Option(names = "--no-verify-now", description = "save it without dialling")
  private boolean unverified;

  @Option(names = "--replace", description = "put it in the place of a remote of this name")
  private boolean replace;

  /** Creates the command. */
  public RemoteAddCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    boolean stored = tokenFile != null || standardInput;
    if (stored && tokenPath != null) {
      throw CliException.of(ExitCodes.USAGE, "a token is stored, or its file is remembered");
    }
    RemoteBook book = RemoteBook.open(invocation.dataDirectory());
    book.checkNew(name, replace);
    RemoteSpec given = RemoteSpec.parse(address);
    List<String> pins = new ArrayList<>(given.pins());
    pins.addAll(PeerOptions.fingerprints(fingerprints));
    SavedRemote remote =
        new SavedRemote(
            given.address().toString(),
            pins.stream().distinct().toList(),
            Optional.ofNullable(serverName),
            path(identity),
            stored
                ? Optional.of(new SavedRemote.Token.Credential(RemoteBook.provider(name)))
                : path(tokenPath).map(SavedRemote.Token.File::new));
    RemoteView view = new RemoteView(invocation);
    if (!unverified) {
      view.presented(name, remote);
    }
    if (stored) {
      storeToken();
    }
    book.put(name, remote, use);
    view.changed(name, "saved", remote, use);
    return ExitCodes.OK;
  }

  /** Files are remembered so that they are found from every directory. */
  private Optional<String> path(@Nullable String file) {
    return Optional.ofNullable(file)
        .map(f -> invocation.context().resolve(f).normalize().toString());
  }

  private void storeToken() throws Exception {
    LocalData local = LocalData.of(invocation);
    if (!NodeVault.exists(vault.file(invocation, local.config()))) {
      throw CliException.of(
          ExitCodes.VAULT,
          "there is no vault to encrypt the token with",
          "--token-path FILE  remembers where it is instead; or make a vault:  alknet vault init");
    }
    byte[] token = SecretInput.read(invocation, tokenFile, null, standardInput, "token");
    try (SqliteStore store = local.openStore();
        NodeVault open = vault.unlock(invocation, local.config())) {
      String provider = RemoteBook.provider(name);
      NodeStore.await(
          "cannot store the token",
          store.credentials().put(provider, open.encrypt(token, NodeVault.KEY_VERSION)));
    } finally {
      Arrays.fill(token, (byte) 0);
    }
  }
}
