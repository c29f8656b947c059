package org.alknet.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet remote use} (spec/cli.md section 9.9). */
@Command(
    name = "use",
    header = {
      "Choose the remote that commands talk to if nobody says otherwise.",
      "",
      "  alknet remote use hub",
      "  alknet remote use --local",
      ""
    })
public final class RemoteUseCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "its name")
  private @Nullable String name;

  @Option(names = "--local", description = "the node of the data directory, as at first")
  private boolean local;

  /** Creates the command. */
  public RemoteUseCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (local == (name != null)) {
      throw CliException.of(ExitCodes.USAGE, "which one?", "Give a name, or --local.");
    }
    RemoteBook book = RemoteBook.open(invocation.dataDirectory());
    book.select(Optional.ofNullable(name));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("selected", Optional.ofNullable(name));
    new Results(invocation)
        .print(
            "remote.use",
            data,
            name == null
                ? "commands talk to the node of the data directory"
                : "commands talk to " + name + ", " + book.get(name).address());
    return ExitCodes.OK;
  }
}
