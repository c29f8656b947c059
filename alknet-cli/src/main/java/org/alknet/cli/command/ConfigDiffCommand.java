package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.LocalNode;
import org.alknet.cli.assembly.DryAssembly;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet config diff} (spec/cli.md section 9.18). */
@Command(
    name = "diff",
    header = {
      "Show what a reload would change, and what waits for a restart.",
      "",
      "  alknet config diff",
      "  alknet config diff next.toml",
      ""
    })
public final class ConfigDiffCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "file to compare (default: the one the node was started with)")
  private @Nullable String named;

  /** Creates the command. */
  public ConfigDiffCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalNode node = LocalNode.running(invocation.dataDirectory());
    Path file =
        named != null
            ? invocation.context().resolve(named)
            : node.state()
                .configuration()
                .orElseThrow(
                    () ->
                        CliException.of(
                            ExitCodes.MISSING, "the node runs without a configuration file"));
    invocation.prepareClient();
    ReloadReport report = DryAssembly.compare(file, invocation.dataDirectory());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("file", file);
    data.put("changes", report.changes());
    data.put("need_restart", report.needRestart());
    new Results(invocation).print("config.diff", data, lines(report));
    return ExitCodes.OK;
  }

  private static String[] lines(ReloadReport report) {
    List<String> lines = new ArrayList<>();
    report.changes().forEach((key, change) -> lines.add("reload   " + key + " " + change));
    report.needRestart().forEach(key -> lines.add("restart  " + key));
    return lines.isEmpty() ? new String[] {"no difference"} : lines.toArray(String[]::new);
  }
}
