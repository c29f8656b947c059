package org.alknet.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet status}: what the node says about itself (spec/cli.md section 9.3). */
@Command(
    name = "status",
    header = {
      "Show the node that runs on this data directory.",
      "",
      "  alknet status",
      "  alknet status --json",
      "  alknet status --watch --count 2",
      "",
      "With --watch it goes on until Ctrl-C, which is no failure: on a terminal as a live view,",
      "elsewhere with the whole state each time something changed.",
      ""
    })
public final class StatusCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = {"-w", "--watch"},
      description = "go on looking")
  private boolean watch;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "with --watch: end after this many looks, two a second")
  private @Nullable Long count;

  /** Creates the command. */
  public StatusCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (count != null && (count < 1 || !watch)) {
      throw CliException.of(ExitCodes.USAGE, "--count is 1 or more, and goes with --watch");
    }
    if (watch) {
      Interrupts interrupts = Interrupts.install(invocation.context().platform());
      return new StatusWatch(invocation, interrupts).run(count == null ? Long.MAX_VALUE : count);
    }
    Optional<RunState> state = RunState.ofRunningNode(invocation.dataDirectory());
    new StatusView(invocation).print(state);
    return state.isPresent() ? ExitCodes.OK : ExitCodes.MISSING;
  }
}
