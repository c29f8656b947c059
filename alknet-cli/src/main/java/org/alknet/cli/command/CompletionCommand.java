package org.alknet.cli.command;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alknet completion} (spec/cli.md section 14). */
@Command(
    name = "completion",
    header = {
      "Print a script that completes commands and options in a shell.",
      "",
      "  alknet completion bash > alknet.bash",
      "  alknet completion zsh > alknet.zsh",
      "  alknet completion fish > alknet.fish",
      "",
      "Load it:  source <(alknet completion bash)  or  alknet completion fish | source",
      "Names of operations, peers and credentials are those that were listed last; a TAB asks for",
      "newer ones in the background when they are older than a minute.",
      ""
    })
public final class CompletionCommand implements Callable<Integer> {
  /** Shells there are scripts for. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  private static final String ZSH = "autoload -U +X bashcompinit && bashcompinit\n";

  /**
   * Puts the names of operations, remotes, peers and credentials in place of what the static part
   * has where one of them may stand. What the tool prints is compared and never evaluated: it goes
   * into the array as it is, unless a character of it means anything to a shell.
   */
  private static final String NAMES =
      """

      # Names that only the tool knows: operations, remotes, peers, credentials.
      function _alknet_names() {
        _complete_alknet "$@"
        local LC_ALL=C current="${COMP_WORDS[COMP_CWORD]}" tool="${COMP_WORDS[0]}" name
        if [[ $COMP_CWORD -lt 2 || ( $current == -* && $current != *=* ) ]]; then
          return 0
        fi
        if [[ ${tool:0:2} == "~/" ]]; then
          tool="$HOME/${tool:2}"
        fi
        local -a names
        names=()
        while IFS= read -r name; do
          if [[ -z $name || $name == *[!A-Za-z0-9._/@+=-]* ]]; then
            continue
          fi
          if [[ $name == -* && $current != -* ]]; then
            continue
          fi
          names+=("$name")
        done < <("$tool" __complete "${COMP_WORDS[@]:1:$COMP_CWORD}" 2>/dev/null </dev/null)
        if [[ ${#names[@]} -gt 0 ]]; then
          COMPREPLY=("${names[@]}")
        fi
        return 0
      }
      complete -F _alknet_names -o default alknet alknet.sh alknet.bash
      """;

  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
  private Shell shell = Shell.bash;

  /** Creates the command. */
  public CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    CommandLine root = Objects.requireNonNull(spec, "spec").root().commandLine();
    String script =
        switch (shell) {
          case bash -> AutoComplete.bash("alknet", root) + NAMES;
          case zsh -> ZSH + AutoComplete.bash("alknet", root) + NAMES;
          case fish -> FishCompletion.of(root);
        };
    invocation.context().out().raw(script.getBytes(StandardCharsets.UTF_8));
    invocation.context().out().flush();
    return ExitCodes.OK;
  }
}
