package org.alknet.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alknet man} (spec/cli.md section 14). */
@Command(
    name = "man",
    header = {
      "Print a manual page, or write all of them.",
      "",
      "  alknet man peer add > alknet-peer-add.1",
      "  alknet man --all man1",
      "",
      "Read one with:  alknet man peer add | man -l -",
      ""
    })
public final class ManCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "words of a command")
  private List<String> words = List.of();

  @Option(names = "--all", paramLabel = "DIR", description = "write every page into a directory")
  private @Nullable String directory;

  /** Creates the command. */
  public ManCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    CommandLine root = Objects.requireNonNull(spec, "spec").root().commandLine();
    if (directory != null) {
      Path target = Files.createDirectories(invocation.context().resolve(directory));
      write(root, target);
      return ExitCodes.OK;
    }
    invocation
        .context()
        .out()
        .raw(
            ManPage.of(CommandPath.find(root, words).getCommandSpec())
                .getBytes(StandardCharsets.UTF_8));
    invocation.context().out().flush();
    return ExitCodes.OK;
  }

  private static void write(CommandLine command, Path target) throws IOException {
    Files.writeString(
        target.resolve(ManPage.name(command.getCommandSpec()) + ".1"),
        ManPage.of(command.getCommandSpec()),
        StandardCharsets.UTF_8);
    for (CommandLine child : new LinkedHashSet<>(command.getSubcommands().values())) {
      write(child, target);
    }
  }
}
