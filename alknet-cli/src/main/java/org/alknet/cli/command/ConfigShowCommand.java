package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.ConfigInspection;
import org.alknet.cli.assembly.ConfigSetting;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.TableWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet config show} (spec/cli.md section 9.18). */
@Command(
    name = "show",
    header = {
      "Show every setting in effect.",
      "",
      "  alknet config show",
      "  alknet config show --origin",
      ""
    })
public final class ConfigShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "file to show (default: the one serve would take)")
  private @Nullable String named;

  @Option(names = "--origin", description = "say which settings the file has")
  private boolean origin;

  /** Creates the command. */
  public ConfigShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    Optional<Path> file = ConfigCommand.file(invocation, named);
    ConfigInspection inspection =
        file.isPresent()
            ? ConfigInspection.of(file.get(), invocation.dataDirectory())
            : ConfigInspection.ofDefaults();
    List<ConfigSetting> settings = inspection.settings(invocation.dataDirectory());
    TableWriter table =
        origin
            ? new TableWriter("SETTING", "VALUE", "ORIGIN")
            : new TableWriter("SETTING", "VALUE");
    for (ConfigSetting setting : settings) {
      table.row(cells(file, setting).toArray(String[]::new));
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("file", file);
    data.put("settings", settings.stream().map(ConfigShowCommand::json).toList());
    new Results(invocation).table("config.show", data, table);
    return ExitCodes.OK;
  }

  private List<String> cells(Optional<Path> file, ConfigSetting setting) {
    List<String> cells = new ArrayList<>(List.of(setting.key(), setting.value()));
    if (origin) {
      cells.add(setting.given() ? file.map(invocation::show).orElse("default") : "default");
    }
    return cells;
  }

  static Map<String, Object> json(ConfigSetting setting) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("key", setting.key());
    entry.put("value", setting.value());
    entry.put("origin", setting.given() ? "file" : "default");
    return entry;
  }
}
