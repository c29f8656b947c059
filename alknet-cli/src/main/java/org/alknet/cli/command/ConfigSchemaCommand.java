package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet config schema} (spec/cli.md section 9.18). */
@Command(
    name = "schema",
    header = {
      "Print the JSON Schema of the configuration file.",
      "",
      "  alknet config schema > alknet.schema.json",
      "  alknet config schema | jq '.properties | keys'",
      ""
    })
public final class ConfigSchemaCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public ConfigSchemaCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    return ConfigCommand.print(invocation, "schema.json");
  }
}
