package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.assembly.CompletionNames.Kind;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.TableWriter;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;

/** {@code alknet credential list} (spec/cli.md section 9.15). */
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
public final class CredentialListCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public CredentialListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    TableWriter table = new TableWriter("PROVIDER", "KEY", "BYTES", "USED BY");
    List<Map<String, Object>> all = new ArrayList<>();
    List<String> providers = new ArrayList<>();
    try (SqliteStore store = local.openStore()) {
      for (CredentialBook.Entry entry :
          CredentialBook.all(store, local.directory(), local.config())) {
        table.row(
            entry.provider(),
            "v" + entry.keyVersion(),
            Integer.toString(entry.bytes()),
            String.join(", ", entry.usedBy()));
        all.add(CredentialCommand.json(entry));
        providers.add(entry.provider());
      }
    }
    invocation.completionNames().write(Kind.CREDENTIALS, "", providers);
    new Results(invocation).table("credential.list", Map.of("credentials", all), table);
    return ExitCodes.OK;
  }
}
