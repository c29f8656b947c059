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
          case bash -> AutoComplete.bash("alknet", root);
          case zsh -> ZSH + AutoComplete.bash("alknet", root);
          case fish -> FishCompletion.of(root);
        };
    invocation.context().out().raw(script.getBytes(StandardCharsets.UTF_8));
    invocation.context().out().flush();
    return ExitCodes.OK;
  }
}
