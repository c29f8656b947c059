package org.alknet.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.LocalNode;
import org.alknet.cli.assembly.ConfigInspection;
import org.alknet.cli.assembly.ConfigSetting;
import org.alknet.cli.assembly.DryAssembly;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.config.ConfigText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet config}: looks at the configuration (spec/cli.md section 9.18). */
@Command(
    name = "config",
    header = {
      "Check and show the configuration of a node.",
      "",
      "  alknet config init > ~/.alknet/alknet.toml",
      "  alknet config check",
      "  alknet config diff",
      ""
    })
public final class ConfigCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public ConfigCommand() {}

  private static Optional<Path> file(Invocation invocation, @Nullable String named) {
    return named == null
        ? invocation.configuration()
        : Optional.of(invocation.context().resolve(named));
  }

  private static Path required(Invocation invocation, @Nullable String named) throws CliException {
    return file(invocation, named)
        .orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING,
                    "there is no configuration in "
                        + invocation.show(invocation.dataDirectory().root()),
                    "Name a file, or start with:  alknet config init"));
  }

  /** {@code alknet config check}. */
  @Command(
      name = "check",
      header = {
        "Check a configuration the way serve would, without starting anything.",
        "",
        "  alknet config check",
        "  alknet config check node.toml",
        ""
      })
  public static final class Check implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "file to check (default: the one serve would take)")
    private @Nullable String named;

    /** Creates the command. */
    public Check(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      Path file = required(invocation, named);
      List<String> warnings = DryAssembly.check(file, invocation.dataDirectory());
      if (invocation.options().json()) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("file", file);
        data.put("warnings", warnings);
        invocation.result(JsonWriter.text("config.check", data));
      } else {
        warnings.forEach(invocation::warn);
        invocation.result(invocation.show(file) + ": ok");
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }
  }

  /** {@code alknet config show}. */
  @Command(
      name = "show",
      header = {
        "Show every setting in effect.",
        "",
        "  alknet config show",
        "  alknet config show --origin",
        ""
      })
  public static final class Show implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "file to show (default: the one serve would take)")
    private @Nullable String named;

    @Option(names = "--origin", description = "say which settings the file has")
    private boolean origin;

    /** Creates the command. */
    public Show(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      Optional<Path> file = file(invocation, named);
      ConfigInspection inspection =
          file.isPresent()
              ? ConfigInspection.of(file.get(), invocation.dataDirectory())
              : ConfigInspection.ofDefaults();
      List<ConfigSetting> settings = inspection.settings(invocation.dataDirectory());
      if (invocation.options().json()) {
        invocation.result(json(file, settings));
      } else {
        TableWriter table =
            origin
                ? new TableWriter("SETTING", "VALUE", "ORIGIN")
                : new TableWriter("SETTING", "VALUE");
        for (ConfigSetting setting : settings) {
          table.row(cells(file, setting).toArray(String[]::new));
        }
        for (String line : table.lines(invocation.context().columns(), invocation.styles())) {
          invocation.result(line);
        }
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }

    private List<String> cells(Optional<Path> file, ConfigSetting setting) {
      List<String> cells = new ArrayList<>(List.of(setting.key(), setting.value()));
      if (origin) {
        cells.add(setting.given() ? file.map(invocation::show).orElse("default") : "default");
      }
      return cells;
    }

    private static String json(Optional<Path> file, List<ConfigSetting> settings) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("file", file);
      data.put(
          "settings",
          settings.stream()
              .map(
                  s -> {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("key", s.key());
                    entry.put("value", s.value());
                    entry.put("origin", s.given() ? "file" : "default");
                    return entry;
                  })
              .toList());
      return JsonWriter.text("config.show", data);
    }
  }

  /** {@code alknet config diff}. */
  @Command(
      name = "diff",
      header = {
        "Show what a reload would change, and what waits for a restart.",
        "",
        "  alknet config diff",
        "  alknet config diff next.toml",
        ""
      })
  public static final class Diff implements Callable<Integer> {
    private final Invocation invocation;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "file to compare (default: the one the node was started with)")
    private @Nullable String named;

    /** Creates the command. */
    public Diff(Invocation invocation) {
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
      if (invocation.options().json()) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("file", file);
        data.put("changes", report.changes());
        data.put("need_restart", report.needRestart());
        invocation.result(JsonWriter.text("config.diff", data));
      } else {
        print(report);
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }

    private void print(ReloadReport report) throws IOException {
      if (report.changes().isEmpty() && report.needRestart().isEmpty()) {
        invocation.result("no difference");
      }
      for (Map.Entry<String, String> change : report.changes().entrySet()) {
        invocation.result(Escape.text("reload   " + change.getKey() + " " + change.getValue()));
      }
      for (String key : report.needRestart()) {
        invocation.result(Escape.text("restart  " + key));
      }
    }
  }

  /** {@code alknet config schema}. */
  @Command(
      name = "schema",
      header = {
        "Print the JSON Schema of the configuration file.",
        "",
        "  alknet config schema > alknet.schema.json",
        "  alknet config schema | jq '.properties | keys'",
        ""
      })
  public static final class Schema implements Callable<Integer> {
    private final Invocation invocation;

    /** Creates the command. */
    public Schema(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      return print(invocation, "schema.json");
    }
  }

  /** {@code alknet config init}. */
  @Command(
      name = "init",
      header = {
        "Print a configuration with every setting, all of them commented out.",
        "",
        "  alknet config init > ~/.alknet/alknet.toml",
        "  alknet config init | less",
        ""
      })
  public static final class Init implements Callable<Integer> {
    private final Invocation invocation;

    /** Creates the command. */
    public Init(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
      return print(invocation, "sample.toml");
    }
  }

  private static int print(Invocation invocation, String resource) throws IOException {
    try (InputStream in = ConfigText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the archive of this program is damaged");
      }
      invocation.context().out().raw(in.readAllBytes());
      invocation.context().out().flush();
    }
    return ExitCodes.OK;
  }
}
