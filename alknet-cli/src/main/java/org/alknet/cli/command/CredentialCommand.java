package org.alknet.cli.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet credential}: secrets of other services (spec/cli.md section 9.15). */
@Command(
    name = "credential",
    aliases = "cred",
    header = {
      "Manage credentials for other services, encrypted by the vault.",
      "",
      "  alknet credential list",
      "  alknet credential show openai",
      ""
    })
public final class CredentialCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public CredentialCommand() {}

  /** Returns what a document says about a credential. */
  static Map<String, Object> json(CredentialBook.Entry entry) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("provider", entry.provider());
    data.put("key_version", entry.keyVersion());
    data.put("bytes", entry.bytes());
    data.put("used_by", entry.usedBy());
    return data;
  }

  /** Says what became of a credential. */
  static void changed(Invocation invocation, String provider, String action) throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("provider", provider);
    data.put("action", action);
    new Results(invocation)
        .print("credential.change", data, "credential \"" + provider + "\" " + action);
  }
}
