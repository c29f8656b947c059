package org.alknet.cli.command;

import java.util.List;
import org.alknet.cli.config.NearMiss;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import picocli.CommandLine;

/** Finds a command by its words. */
final class CommandPath {
  private CommandPath() {}

  /**
   * Returns the command.
   *
   * @param words such as {@code peer add}; none for the root
   * @throws CliException if there is none
   */
  static CommandLine find(CommandLine root, List<String> words) throws CliException {
    CommandLine command = root;
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw CliException.of(
            ExitCodes.USAGE,
            "there is no command " + String.join(" ", words),
            NearMiss.of(word, command.getSubcommands().keySet())
                .map(near -> "Did you mean \"" + near + "\"?")
                .orElse("alknet help  lists the commands."));
      }
      command = next;
    }
    return command;
  }
}
