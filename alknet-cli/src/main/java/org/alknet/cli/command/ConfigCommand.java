package org.alknet.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.alknet.cli.config.ConfigText;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code alknet config}: the configuration file (spec/cli.md section 9.18). */
@Command(
    name = "config",
    header = {
      "Check and show the configuration of a node.",
      "",
      "  alknet config init > node.toml",
      "  alknet config check",
      "  alknet config diff",
      ""
    })
public final class ConfigCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public ConfigCommand() {}

  /** Returns the file that was named, else the one serve would take. */
  static Optional<Path> file(Invocation invocation, @Nullable String named) {
    return named == null
        ? invocation.configuration()
        : Optional.of(invocation.context().resolve(named));
  }

  /** Prints a resource of the program as it is. */
  static int print(Invocation invocation, String resource) throws IOException {
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
