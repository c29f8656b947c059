package org.alknet.cli.command;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.admin.CredentialProbe;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import org.alknet.core.credential.EncryptedData;
import org.alknet.store.sqlite.SqliteStore;

/** One credential as people and scripts see it. */
final class CredentialView {
  private final Invocation invocation;
  private final CredentialBook.Entry entry;
  private final EncryptedData stored;
  private final Results results;

  CredentialView(Invocation invocation, CredentialBook.Entry entry, SqliteStore store)
      throws CliException {
    this.invocation = invocation;
    this.entry = entry;
    this.stored =
        store
            .credentials()
            .get(entry.provider())
            .orElseThrow(
                () -> CliException.of(ExitCodes.MISSING, entry.provider() + " was just deleted"));
    this.results = new Results(invocation);
  }

  void describe() throws IOException {
    results.styled(
        "credential",
        CredentialCommand.json(entry),
        List.of(
            results.field("credential", entry.provider()),
            results.field("key", "v" + entry.keyVersion()),
            results.field("bytes", entry.bytes() + ", encrypted"),
            results.field("used by", String.join(", ", entry.usedBy()))));
  }

  /** Prints it the way the vault's own tools know it. */
  void envelope() throws IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    Map<String, Object> envelope = new LinkedHashMap<>();
    envelope.put("key_version", stored.keyVersion());
    envelope.put("salt", base64.encodeToString(stored.salt()));
    envelope.put("iv", base64.encodeToString(stored.iv()));
    envelope.put("data", base64.encodeToString(stored.data()));
    Map<String, Object> data = CredentialCommand.json(entry);
    data.put("envelope", envelope);
    results.print("credential", data, JsonWriter.members(envelope));
  }

  void reveal(NodeVault vault) throws NodeException, IOException {
    char[] clear = vault.decrypt(entry.provider(), stored);
    if (invocation.options().json()) {
      Map<String, Object> data = CredentialCommand.json(entry);
      data.put("value", new String(clear));
      Arrays.fill(clear, '\0');
      results.print("credential", data);
      return;
    }
    byte[] text = SecretText.utf8(clear);
    try {
      invocation.context().out().raw(text);
      invocation.result("");
      invocation.context().out().flush();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  /**
   * Decrypts it, tells that and how long it is, and shows it to a service if that was asked for.
   *
   * @param header of that request; empty for a bearer token
   */
  int test(NodeVault vault, Optional<URI> address, Optional<String> header)
      throws NodeException, CliException, IOException, InterruptedException {
    char[] clear = vault.decrypt(entry.provider(), stored);
    int characters = clear.length;
    Optional<Integer> status = Optional.empty();
    try {
      if (address.isPresent()) {
        status = Optional.of(CredentialProbe.send(address.get(), header, clear));
      }
    } finally {
      Arrays.fill(clear, '\0');
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("provider", entry.provider());
    data.put("key_version", entry.keyVersion());
    data.put("decrypted", true);
    data.put("characters", characters);
    data.put("url", address);
    data.put("status", status);
    List<String> lines = new ArrayList<>();
    lines.add("credential \"" + entry.provider() + "\" decrypts: " + characters + " characters");
    status.ifPresent(code -> lines.add(address.orElseThrow().getHost() + " answers " + code));
    results.print("credential.test", data, lines.toArray(String[]::new));
    return status.map(CredentialView::exit).orElse(ExitCodes.OK);
  }

  private static int exit(int status) {
    if (status == 401 || status == 403) {
      return ExitCodes.FORBIDDEN;
    }
    return status / 100 == 2 ? ExitCodes.OK : ExitCodes.PARTIAL;
  }
}
