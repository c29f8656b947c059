package org.alknet.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.call.operation.CallError;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.databind.JsonNode;

/** Turns the error of a call into an exit code and advice. */
public final class CallFailures {
  private CallFailures() {}

  /**
   * Returns the failure that is shown for an error.
   *
   * @param operation what was called
   * @param caller fingerprint the caller presented, if any
   */
  public static CliException translate(String operation, CallError error, Optional<String> caller) {
    return CliException.of(
            exitCode(error), operation + ": " + error.code() + ": " + error.message())
        .withRemoteError(error.code(), error.details().map(JsonNode::toString))
        .withAdvice(advice(operation, error, caller));
  }

  /** Returns the exit code of an error. */
  public static int exitCode(CallError error) {
    return switch (error.code()) {
      case CallError.NOT_FOUND -> ExitCodes.NOT_FOUND;
      case CallError.FORBIDDEN -> ExitCodes.FORBIDDEN;
      case CallError.INVALID_INPUT -> ExitCodes.INVALID_INPUT;
      case CallError.INVALID_OPERATION_TYPE -> ExitCodes.INVALID_OPERATION_TYPE;
      case CallError.TIMEOUT -> ExitCodes.TIMEOUT;
      case CallError.INTERNAL -> internal(error);
      default -> ExitCodes.DOMAIN_ERROR;
    };
  }

  private static int internal(CallError error) {
    String reason = error.details().map(d -> d.path("reason").asString("")).orElse("");
    return switch (reason) {
      case CallError.REASON_ABORTED -> ExitCodes.ABORTED;
      case CallError.REASON_CONNECTION_CLOSED -> ExitCodes.CONNECTION_LOST;
      default -> ExitCodes.INTERNAL;
    };
  }

  private static List<String> advice(String operation, CallError error, Optional<String> caller) {
    List<String> lines = new ArrayList<>();
    switch (error.code()) {
      case CallError.NOT_FOUND -> lines.add("alknet ls  shows what this node offers you.");
      case CallError.INVALID_INPUT ->
          lines.add("alknet schema " + operation + "  shows what it takes.");
      case CallError.INVALID_OPERATION_TYPE ->
          lines.add("alknet schema " + operation + "  shows how it answers: call or subscribe.");
      case CallError.FORBIDDEN -> lines.addAll(forbidden(caller));
      default -> {
        if (error.retryable()) {
          lines.add("The same call may work later.");
        }
      }
    }
    return lines;
  }

  private static List<String> forbidden(Optional<String> caller) {
    return caller.isEmpty()
        ? List.of(
            "You presented no key. Leave out --anonymous, or present one with --identity FILE.")
        : List.of(
            "You presented " + caller.get() + "; on the node, its operator can allow it more:",
            "alknet peer add NAME --fingerprint " + caller.get() + " --scope SCOPE");
  }
}
