package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes what fish needs to complete commands and options. */
final class FishCompletion {
  private static final String START =
      """
      # Completion of alknet for fish.
      function __alknet_at
          set -l words
          for word in (commandline -opc)[2..-1]
              if not string match -q -- '-*' $word
                  set -a words $word
              end
          end
          test "$words" = "$argv"
      end
      # Names that only the tool knows; what is no plain word is left out.
      function __alknet_names
          set -l words (commandline -opc)
          set -l current (commandline -ct)
          if test (count $words) -lt 2
              return
          end
          for name in (command $words[1] __complete $words[2..-1] "$current" 2>/dev/null </dev/null)
              set -l plain (string replace -r -- '^--[a-z-]+=' '' "$name")
              if string match -qr -- '^[A-Za-z0-9._/@+][A-Za-z0-9._/@+-]*$' "$plain"
                  echo $plain
              end
          end
      end
      complete -c alknet -f
      complete -c alknet -a '(__alknet_names)'
      """;

  /** Arguments whose names only the tool knows. */
  private static final String NAMES = "REMOTE|ID|PROVIDER|OPERATION";

  private final StringBuilder script = new StringBuilder(START);

  private FishCompletion() {}

  static String of(CommandLine root) {
    FishCompletion fish = new FishCompletion();
    fish.options(root, "");
    fish.commands(root, List.of());
    return fish.script.toString();
  }

  private void commands(CommandLine command, List<String> path) {
    String at = condition(path);
    command
        .getSubcommands()
        .forEach(
            (name, child) ->
                script
                    .append("complete -c alknet")
                    .append(at)
                    .append(" -a ")
                    .append(quoted(name))
                    .append(" -d ")
                    .append(quoted(CommandDoc.of(child.getCommandSpec()).summary()))
                    .append('\n'));
    for (Map.Entry<String, CommandLine> child : command.getSubcommands().entrySet()) {
      List<String> deeper = new ArrayList<>(path);
      deeper.add(child.getKey());
      options(child.getValue(), condition(deeper));
      commands(child.getValue(), deeper);
    }
  }

  private static String condition(List<String> path) {
    return " -n " + quoted(("__alknet_at " + String.join(" ", path)).strip());
  }

  private void options(CommandLine command, String at) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      // The root's hold everywhere, and are not repeated for each command.
      if (!at.isEmpty() && option.inherited()) {
        continue;
      }
      script.append("complete -c alknet").append(at);
      for (String name : option.names()) {
        script.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
      }
      if (option.arity().max() > 0) {
        script.append(option.paramLabel().matches("FILE|DIR") ? " -r -F" : " -x");
        if (option.paramLabel().matches(NAMES)) {
          script.append(" -a '(__alknet_names)'");
        }
      }
      script.append(" -d ").append(quoted(String.join(" ", option.description()))).append('\n');
    }
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
