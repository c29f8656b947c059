package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet schema}: how an operation is described (spec/cli.md section 9.7). */
@Command(
    name = "schema",
    header = {
      "Describe an operation: what it takes, answers and asks of its caller.",
      "",
      "  alknet schema demo/add",
      "  alknet call demo/add \"$(alknet schema demo/add --example)\"",
      ""
    })
public final class SchemaCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final RemoteOptions remote = new RemoteOptions();

  @Parameters(paramLabel = "OPERATION", description = "name of the operation, as ls shows it")
  private String operation = "";

  @Option(names = "--input", description = "only the schema of the input, as JSON")
  private boolean input;

  @Option(names = "--output", description = "only the schema of the output, as JSON")
  private boolean output;

  @Option(names = "--errors", description = "only the declared errors, as JSON")
  private boolean errors;

  @Option(names = "--access", description = "only what a caller needs, as JSON")
  private boolean access;

  @Option(names = "--example", description = "an input the schema accepts, ready for call")
  private boolean example;

  /** Creates the command. */
  public SchemaCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<String> parts = parts();
    String name = operation.startsWith("/") ? operation.substring(1) : operation;
    try (Session session = remote.open(invocation)) {
      OperationSpec spec = session.schema(name);
      for (String line : new SchemaView(invocation, spec).lines(example, parts)) {
        invocation.result(line);
      }
      invocation.context().out().flush();
      return ExitCodes.OK;
    }
  }

  private List<String> parts() throws CliException {
    List<String> parts = new ArrayList<>();
    if (input) {
      parts.add("input_schema");
    }
    if (output) {
      parts.add("output_schema");
    }
    if (errors) {
      parts.add("error_schemas");
    }
    if (access) {
      parts.add("access_control");
    }
    if (parts.size() + (example ? 1 : 0) > 1) {
      throw CliException.of(
          ExitCodes.USAGE,
          "--input, --output, --errors, --access and --example exclude each other");
    }
    return parts;
  }
}
