package org.alknet.cli.command;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.admin.CredentialProbe;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet credential test} (spec/cli.md section 9.15). */
@Command(
    name = "test",
    header = {
      "Decrypt a credential and say so, without showing it.",
      "",
      "  alknet credential test openai",
      "  alknet credential test openai --json",
      "",
      "With --url it is shown to a service, in one GET: 0 if that answers with 2xx, 21 if it"
          + " refuses",
      "the credential, 28 for any other answer.",
      ""
    })
public final class CredentialTestCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Parameters(paramLabel = "PROVIDER", description = "its name")
  private String provider = "";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "GET this with the credential as a bearer token; https, or http on this machine")
  private @Nullable String url;

  @Option(
      names = "--header",
      paramLabel = "NAME",
      description =
          "the header that holds the credential for --url (default: Authorization: Bearer)")
  private @Nullable String header;

  /** Creates the command. */
  public CredentialTestCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Optional<URI> address =
        url == null ? Optional.empty() : Optional.of(CredentialProbe.address(url));
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      CredentialBook.Entry entry =
          CredentialBook.find(
              CredentialBook.all(store, local.directory(), local.config()), provider);
      try (NodeVault vault = options.unlock(invocation, local.config())) {
        return new CredentialView(invocation, entry, store)
            .test(vault, address, Optional.ofNullable(header));
      }
    }
  }
}
