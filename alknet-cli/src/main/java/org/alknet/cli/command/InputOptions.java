package org.alknet.cli.command;

import java.util.List;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to call and with which input. */
final class InputOptions {
  @Parameters(
      index = "0",
      paramLabel = "OPERATION",
      description = "name of the operation, as ls shows it")
  String operation = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "INPUT",
      description = "JSON text, @FILE, or - for standard input (default {})")
  @Nullable String input;

  @Option(
      names = "-p",
      paramLabel = "KEY=TEXT",
      description = "set a member of the input to a text; dots in KEY nest")
  List<String> texts = List.of();

  @Option(
      names = "-P",
      paramLabel = "KEY:=JSON",
      description = "set a member of the input to a JSON value")
  List<String> values = List.of();

  InputOptions() {}

  /**
   * Returns the name without a leading slash.
   *
   * @throws CliException if nothing is left
   */
  String name() throws CliException {
    String name = operation.startsWith("/") ? operation.substring(1) : operation;
    if (name.isBlank()) {
      throw CliException.of(
          ExitCodes.USAGE, "no operation is named", "alknet ls  shows what this node offers you.");
    }
    return name;
  }
}
