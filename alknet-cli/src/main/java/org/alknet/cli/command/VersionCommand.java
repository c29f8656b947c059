package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.Version;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet version} (spec/cli.md section 9.20). */
@Command(
    name = "version",
    header = {
      "Show the version, and with -v or --json those of Java and the libraries.",
      "",
      "  alknet version",
      "  alknet version --json",
      ""
    })
public final class VersionCommand implements Callable<Integer> {
  private static final List<String> LIBRARIES =
      List.of("netty", "jackson", "picocli", "sqlite-jdbc", "bouncycastle");

  private final Invocation invocation;

  /** Creates the command. */
  public VersionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("alknet", Version.current());
    data.put("java", Runtime.version());
    data.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    LIBRARIES.forEach(name -> data.put(name.replace('-', '_'), Version.of(name)));
    List<String> lines = new ArrayList<>(List.of("alknet " + Version.current()));
    if (invocation.options().verbosity() > 0) {
      Results results = new Results(invocation);
      data.forEach((name, value) -> lines.add(results.field(name, value.toString())));
      lines.remove(1);
    }
    new Results(invocation).styled("version", data, lines);
    return ExitCodes.OK;
  }
}
