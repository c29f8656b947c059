package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.ConfigInspection;
import org.alknet.cli.assembly.ConfigSetting;
import org.alknet.cli.assembly.DryAssembly;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.TableWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet config check} (spec/cli.md section 9.18). */
@Command(
    name = "check",
    header = {
      "Check a configuration the way serve would, without starting anything.",
      "",
      "  alknet config check",
      "  alknet config check node.toml",
      "",
      "With -v every setting in effect is listed with its origin, as config show has them.",
      ""
    })
public final class ConfigCheckCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "file to check (default: the one serve would take)")
  private @Nullable String named;

  /** Creates the command. */
  public ConfigCheckCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Path file =
        ConfigCommand.file(invocation, named)
            .orElseThrow(
                () ->
                    CliException.of(
                        ExitCodes.MISSING,
                        "there is no configuration in "
                            + invocation.show(invocation.dataDirectory().root()),
                        "Name a file, or start with:  alknet init"));
    invocation.prepareClient();
    List<String> warnings = DryAssembly.check(file, invocation.dataDirectory());
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("file", file);
    data.put("warnings", warnings);
    List<ConfigSetting> settings =
        ConfigInspection.of(file, invocation.dataDirectory()).settings(invocation.dataDirectory());
    data.put("settings", settings.stream().map(ConfigShowCommand::json).toList());
    if (!invocation.options().json()) {
      warnings.forEach(invocation::warn);
    }
    List<String> lines = new ArrayList<>();
    if (invocation.options().verbosity() > 0) {
      TableWriter table = new TableWriter("SETTING", "VALUE", "ORIGIN");
      for (ConfigSetting setting : settings) {
        table.row(setting.key(), setting.value(), setting.given() ? "file" : "default");
      }
      lines.addAll(table.lines(invocation.context().columns(), invocation.styles()));
    }
    lines.add(invocation.show(file) + ": ok");
    new Results(invocation).styled("config.check", data, lines);
    return ExitCodes.OK;
  }
}
