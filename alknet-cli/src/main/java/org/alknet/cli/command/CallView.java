package org.alknet.cli.command;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.client.CallFailures;
import org.alknet.cli.client.Session;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The answer of a call as it is printed. */
final class CallView {
  private final Invocation invocation;
  private final String operation;
  private final @Nullable String pointer;
  private final boolean raw;

  /**
   * Prints one value of results, or all of it.
   *
   * @param pointer JSON Pointer to the value
   * @param raw whether a text is printed without its quotes
   */
  CallView(Invocation invocation, String operation, @Nullable String pointer, boolean raw)
      throws CliException {
    if (pointer != null && !pointer.isEmpty() && !pointer.startsWith("/")) {
      throw CliException.of(
          ExitCodes.USAGE,
          "not a JSON Pointer: " + pointer,
          "It is empty or starts with a slash, for example /items/0/id.");
    }
    this.invocation = invocation;
    this.operation = operation;
    this.pointer = pointer;
    this.raw = raw;
  }

  /** Prints the value of an answer, or fails with its error. */
  int bare(ResponseEnvelope answer, Session session) throws CliException, IOException {
    Optional<CallError> error = answer.error();
    if (error.isPresent()) {
      throw session.failure(operation, error.get());
    }
    print(answer.output().orElseThrow());
    return ExitCodes.OK;
  }

  /** Prints an answer with everything around it, an error too. */
  int envelope(ResponseEnvelope answer, Duration took) throws CliException, IOException {
    ObjectNode shown =
        JsonWriter.object()
            .put("operation", operation)
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

  /** Prints a value: indented on a terminal, on one line otherwise. */
  void print(JsonNode value) throws CliException, IOException {
    JsonNode shown = pointer == null ? value : value.at(pointer);
    if (shown.isMissingNode()) {
      throw CliException.of(ExitCodes.MISSING, "the result has nothing at " + pointer);
    }
    if (raw && shown.isString()) {
      invocation.result(text(shown.stringValue()));
    } else {
      invocation.result(
          invocation.context().terminal() ? JsonWriter.pretty(shown) : JsonWriter.compact(shown));
    }
    invocation.context().out().flush();
  }

  /** A terminal obeys control characters, so it gets none; a pipe gets what the remote sent. */
  private String text(String value) {
    return invocation.context().terminal()
        ? value.lines().map(Escape::text).collect(Collectors.joining("\n"))
        : value;
  }
}
