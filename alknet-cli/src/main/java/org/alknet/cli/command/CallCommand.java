package org.alknet.cli.command;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.client.CallFailures;
import org.alknet.cli.client.DryRun;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.JsonInput;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    JsonNode input =
        JsonInput.read(
            invocation.context(), Optional.ofNullable(what.input), what.texts, what.values);
    Pointers.check(pointer);
    try (Session session = remote.open(invocation)) {
      if (dryRun) {
        print(DryRun.check(session, what.name(), input));
        return ExitCodes.OK;
      }
      CallRequest request = CallRequest.of(what.name(), input);
      long began = System.nanoTime();
      ResponseEnvelope answer = session.call(Deadlines.apply(request, deadline));
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      return envelope ? enveloped(answer, took) : bare(session, answer);
    }
  }

  private int bare(Session session, ResponseEnvelope answer) throws Exception {
    Optional<CallError> error = answer.error();
    if (error.isPresent()) {
      throw CallFailures.translate(what.name(), error.get(), session.localFingerprint());
    }
    print(answer.output().orElseThrow());
    return ExitCodes.OK;
  }

  private int enveloped(ResponseEnvelope answer, Duration took) throws Exception {
    ObjectNode shown =
        JsonWriter.object()
            .put("operation", what.name())
            .put("request_id", answer.requestId())
            .put("duration_ms", took.toNanos() / 1_000_000.0);
    if (answer.isOk()) {
      shown.set("output", answer.output().orElseThrow());
      print(shown);
      return ExitCodes.OK;
    }
    CallError error = answer.error().orElseThrow();
    ObjectNode failure =
        shown
            .putObject("error")
            .put("code", error.code())
            .put("message", error.message())
            .put("retryable", error.retryable());
    if (error.details().isPresent()) {
      failure.set("details", error.details().get());
    }
    print(shown);
    return CallFailures.exitCode(error);
  }

  private void print(Object value) throws Exception {
    JsonNode shown = Pointers.select((JsonNode) value, pointer);
    if (raw && shown.isString()) {
      invocation.result(shown.stringValue());
    } else {
      invocation.result(
          invocation.context().terminal() ? JsonWriter.pretty(shown) : JsonWriter.compact(shown));
    }
    invocation.context().out().flush();
  }

  /** JSON Pointers of the command line. */
  private static final class Pointers {
    private Pointers() {}

    static void check(@Nullable String pointer) throws CliException {
      if (pointer != null && !pointer.isEmpty() && !pointer.startsWith("/")) {
        throw CliException.of(
            ExitCodes.USAGE,
            "not a JSON Pointer: " + pointer,
            "It is empty or starts with a slash, for example /items/0/id.");
      }
    }

    static JsonNode select(JsonNode value, @Nullable String pointer) throws CliException {
      if (pointer == null) {
        return value;
      }
      JsonNode selected = value.at(pointer);
      if (selected.isMissingNode()) {
        throw CliException.of(ExitCodes.MISSING, "the result has nothing at " + pointer);
      }
      return selected;
    }
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
