package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet config init} (spec/cli.md section 9.18). */
@Command(
    name = "init",
    header = {
      "Print a configuration with every setting, all of them commented out.",
      "",
      "  alknet config init > node.toml",
      "  alknet config init | less",
      ""
    })
public final class ConfigInitCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public ConfigInitCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    return ConfigCommand.print(invocation, "sample.toml");
  }
}
