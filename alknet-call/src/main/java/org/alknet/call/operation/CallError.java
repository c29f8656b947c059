package org.alknet.call.operation;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Why a call failed (spec/call.md section 5). A code a receiver does not know counts as {@link
 * #INTERNAL} for decisions and is still shown.
 *
 * <p>Immutable, as long as nobody changes the details.
 *
 * @param code a protocol code or a declared domain code
 * @param message for people and logs, never to be parsed; holds no secret
 * @param retryable whether the same call may work later
 * @param details facts for programs; never a secret
 */
public record CallError(
    String code, String message, boolean retryable, Optional<JsonNode> details) {
  /** There is no such operation for this caller. */
  public static final String NOT_FOUND = "NOT_FOUND";

  /** The caller lacks a right. */
  public static final String FORBIDDEN = "FORBIDDEN";

  /** The input breaks the operation's schema. */
  public static final String INVALID_INPUT = "INVALID_INPUT";

  /** A subscription was called, or a unary operation subscribed to. */
  public static final String INVALID_OPERATION_TYPE = "INVALID_OPERATION_TYPE";

  /** The handler or the transport failed. */
  public static final String INTERNAL = "INTERNAL";

  /** The deadline passed. */
  public static final String TIMEOUT = "TIMEOUT";

  /** Value of {@code details.reason} when the call was aborted. */
  public static final String REASON_ABORTED = "ABORTED";

  /** Value of {@code details.reason} when the connection ended. */
  public static final String REASON_CONNECTION_CLOSED = "CONNECTION_CLOSED";

  /** Value of {@code details.reason} when a limit was reached. */
  public static final String REASON_OVERLOADED = "OVERLOADED";

  private static final Set<String> PROTOCOL_CODES =
      Set.of(NOT_FOUND, FORBIDDEN, INVALID_INPUT, INVALID_OPERATION_TYPE, INTERNAL, TIMEOUT);

  /** Refuses null components. */
  public CallError {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(details, "details");
  }

  /** Returns an error without details. */
  public static CallError of(String code, String message, boolean retryable) {
    return new CallError(code, message, retryable, Optional.empty());
  }

  /** Returns an error with details. */
  public static CallError of(String code, String message, boolean retryable, JsonNode details) {
    return new CallError(code, message, retryable, Optional.of(details));
  }

  /** Whether the code is one of the six of the protocol. */
  public static boolean isProtocolCode(String code) {
    return PROTOCOL_CODES.contains(code);
  }

  /**
   * Says that there is no such operation for this caller.
   *
   * @param name as it was looked up
   */
  public static CallError notFound(String name) {
    return of(NOT_FOUND, "operation not found: " + name, false);
  }

  /** Says which right the caller lacks. */
  public static CallError forbidden(String message) {
    return of(FORBIDDEN, message, false);
  }

  /** Says what is wrong with the input. */
  public static CallError invalidInput(String message) {
    return of(INVALID_INPUT, message, false);
  }

  /** Says that the operation answers in another way. */
  public static CallError invalidOperationType(String message) {
    return of(INVALID_OPERATION_TYPE, message, false);
  }

  /** Says that something failed that the caller cannot change. */
  public static CallError internal(String message) {
    return of(INTERNAL, message, false);
  }

  /** Says that the deadline passed. */
  public static CallError timeout() {
    return of(TIMEOUT, "request timed out", true);
  }

  /** Says that the call was aborted. */
  public static CallError cancelled() {
    return of(INTERNAL, "request cancelled", false, reason(REASON_ABORTED));
  }

  /** Says that the connection ended. */
  public static CallError connectionClosed() {
    return of(INTERNAL, "connection closed", false, reason(REASON_CONNECTION_CLOSED));
  }

  /**
   * Says that a limit was reached and the call was not started.
   *
   * @param message which limit
   */
  public static CallError overloaded(String message) {
    return of(INTERNAL, message, true, reason(REASON_OVERLOADED));
  }

  private static JsonNode reason(String reason) {
    return JsonNodeFactory.instance.objectNode().put("reason", reason);
  }
}
