package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet remote test} (spec/cli.md section 9.9). */
@Command(
    name = "test",
    header = {
      "Dial a remote: who answers, how that was verified, and what it offers.",
      "",
      "  alknet remote test hub",
      "  alknet remote test hub --json",
      ""
    })
public final class RemoteTestCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "its name")
  private String name = "";

  /** Creates the command. */
  public RemoteTestCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    RemoteBook.open(invocation.dataDirectory()).get(name);
    try (Session session = RemoteOptions.named(name).open(invocation)) {
      List<String> operations = session.list().stream().map(operation -> operation.name()).toList();
      Results results = new Results(invocation);
      List<String> lines = new ArrayList<>();
      lines.add(results.field("remote", name + "   " + session.remote().address()));
      lines.add(results.field("presented", session.remoteFingerprint().orElse("no key")));
      lines.add(results.field("verified by", session.verifiedBy()));
      lines.add(results.field("as", session.localFingerprint().orElse("nobody")));
      lines.add(results.field("operations", Integer.toString(operations.size())));
      operations.forEach(operation -> lines.add(results.field("", operation)));
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("name", name);
      data.put("address", session.remote().address());
      data.put("fingerprint", session.remoteFingerprint());
      data.put("verified_by", session.remote().pins().isEmpty() ? "authority" : "pin");
      data.put("handshake_ms", session.handshake().toNanos() / 1e6);
      data.put("operations", operations);
      results.styled("remote.test", data, lines);
      return ExitCodes.OK;
    }
  }
}
