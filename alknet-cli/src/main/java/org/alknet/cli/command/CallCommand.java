package org.alknet.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.client.DryRun;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.JsonInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code alknet call}: one request, one answer (spec/cli.md section 9.4). */
@Command(
    name = "call",
    header = {
      "Call an operation and print its result.",
      "",
      "  alknet call demo/echo '{\"text\":\"hello\"}'",
      "  alknet call demo/add -P a:=1 -P b:=2",
      "  alknet call demo/time --pointer /now --raw",
      ""
    })
public final class CallCommand implements Callable<Integer> {
  /** How long a result is kept from ending the command for the sake of a hint. */
  private static final long HINT_MILLIS = 500;

  private final Invocation invocation;

  @Mixin private final RemoteOptions remote = new RemoteOptions();
  @Mixin private final InputOptions what = new InputOptions();

  @Option(
      names = "--pointer",
      paramLabel = "PTR",
      description = "print one value of the result, by JSON Pointer (RFC 6901)")
  private @Nullable String pointer;

  @Option(names = "--raw", description = "print a text without its quotes")
  private boolean raw;

  @Option(
      names = "--envelope",
      description = "print operation, request_id, duration_ms and output or error")
  private boolean envelope;

  @Option(
      names = "--deadline",
      paramLabel = "DURATION",
      description = "tell the node to stop after this time (default: what is left of --timeout)")
  private @Nullable Duration deadline;

  @Option(
      names = "--dry-run",
      description = "send nothing: check the input against the operation's schema and print it")
  private boolean dryRun;

  /** Creates the command. */
  public CallCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    CallView view = new CallView(invocation, what.name(), pointer, raw);
    JsonNode input =
        JsonInput.read(
            invocation.context(), Optional.ofNullable(what.input), what.texts, what.values);
    try (Session session = remote.open(invocation)) {
      if (dryRun) {
        view.print(DryRun.check(session, what.name(), input));
        return ExitCodes.OK;
      }
      CallRequest request = CallRequest.of(what.name(), input);
      long began = System.nanoTime();
      CompletionStage<OperationType> type =
          invocation.options().quiet()
              ? CompletableFuture.completedFuture(OperationType.QUERY)
              : session.type(what.name());
      ResponseEnvelope answer = session.call(Deadlines.apply(request, deadline));
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      int exit = envelope ? view.envelope(answer, took) : view.bare(answer, session);
      if (isSubscription(type)) {
        invocation.note(
            what.name()
                + " goes on: this was its first value. Use alknet subscribe "
                + what.name());
      }
      return exit;
    }
  }

  /** The answer looks the same either way; the description, asked for meanwhile, knows. */
  private static boolean isSubscription(CompletionStage<OperationType> type) {
    return type.toCompletableFuture()
            .completeOnTimeout(OperationType.QUERY, HINT_MILLIS, TimeUnit.MILLISECONDS)
            .exceptionally(untold -> OperationType.QUERY)
            .join()
        == OperationType.SUBSCRIPTION;
  }

  /** Deadlines of the command line. */
  private static final class Deadlines {
    private Deadlines() {}

    static CallRequest apply(CallRequest request, @Nullable Duration deadline) throws CliException {
      try {
        return deadline == null ? request : request.withTimeout(deadline);
      } catch (IllegalArgumentException outOfRange) {
        throw CliException.of(ExitCodes.USAGE, "--deadline is 1ms to 1d").withCause(outOfRange);
      }
    }
  }
}
