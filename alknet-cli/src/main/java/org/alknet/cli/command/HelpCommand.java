package org.alknet.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonSchemas;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alknet help}: help on commands, recipes, shapes of documents (spec/cli.md 9.20, 11). */
@Command(
    name = "help",
    header = {
      "Help on a command, recipes for common tasks, and the shapes of JSON output.",
      "",
      "  alknet help peer add",
      "  alknet help examples",
      "  alknet help json peer.list",
      "  alknet help peer --json",
      ""
    })
public final class HelpCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description = "words of a command; or examples; or json and a kind of document")
  private List<String> topic = List.of();

  /** Creates the command. */
  public HelpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (topic.equals(List.of("examples"))) {
      return text("examples.txt");
    }
    if (!topic.isEmpty() && topic.get(0).equals("json")) {
      return topic.size() == 1 ? kinds() : schema(topic.get(1));
    }
    CommandLine root = Objects.requireNonNull(spec, "spec").root().commandLine();
    CommandLine command = CommandPath.find(root, topic);
    if (invocation.options().json()) {
      List<Map<String, Object>> commands = CommandModel.of(command);
      new Results(invocation).print("help", Map.of("commands", commands), "");
      return ExitCodes.OK;
    }
    command.usage(command.getOut());
    return ExitCodes.OK;
  }

  private int kinds() throws Exception {
    for (String kind : JsonSchemas.kinds()) {
      invocation.result(kind);
    }
    invocation.context().out().flush();
    return ExitCodes.OK;
  }

  private int schema(String kind) throws Exception {
    String schema =
        JsonSchemas.of(kind)
            .orElseThrow(
                () ->
                    CliException.of(
                        ExitCodes.USAGE,
                        "there is no kind of document " + kind,
                        "alknet help json  lists them."));
    invocation.context().out().raw(schema.getBytes(StandardCharsets.UTF_8));
    invocation.context().out().flush();
    return ExitCodes.OK;
  }

  private int text(String resource) throws Exception {
    try (InputStream in = HelpCommand.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the archive of this program is damaged");
      }
      invocation.context().out().raw(in.readAllBytes());
      invocation.context().out().flush();
    }
    return ExitCodes.OK;
  }
}
