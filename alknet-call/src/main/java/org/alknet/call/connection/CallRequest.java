package org.alknet.call.connection;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One request to send: an operation, its input, and what differs from the connection's defaults.
 *
 * <p>Immutable, as long as nobody changes the input.
 */
public final class CallRequest {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final String operation;
  private final JsonNode input;
  private final @Nullable AuthToken authToken;
  private final @Nullable Identity forwardedFor;
  private final @Nullable Duration timeout;

  private CallRequest(
      String operation,
      JsonNode input,
      @Nullable AuthToken authToken,
      @Nullable Identity forwardedFor,
      @Nullable Duration timeout) {
    this.operation = operation;
    this.input = input;
    this.authToken = authToken;
    this.forwardedFor = forwardedFor;
    this.timeout = timeout;
  }

  /**
   * Returns a request.
   *
   * @param operation with or without its leading slash
   */
  public static CallRequest of(String operation, JsonNode input) {
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(input, "input");
    return new CallRequest(operation, input, null, null, null);
  }

  /** Returns the request with a token of its own, in place of the connection's. */
  public CallRequest withAuthToken(AuthToken token) {
    Objects.requireNonNull(token, "token");
    return new CallRequest(operation, input, token, forwardedFor, timeout);
  }

  /** Returns the request with a claim whom it is made for; the callee only records it. */
  public CallRequest withForwardedFor(Identity originator) {
    Objects.requireNonNull(originator, "originator");
    return new CallRequest(operation, input, authToken, originator, timeout);
  }

  /**
   * Returns the request with a time limit, which is also told to the callee.
   *
   * @param limit 1 millisecond to 24 hours, counted in whole milliseconds
   * @throws IllegalArgumentException if it is out of range
   */
  public CallRequest withTimeout(Duration limit) {
    if (limit.toMillis() < 1 || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a timeout is 1 ms to 24 h, not " + limit);
    }
    return new CallRequest(operation, input, authToken, forwardedFor, limit);
  }

  /** Returns the operation without a leading slash. */
  public String operation() {
    return operation.startsWith("/") ? operation.substring(1) : operation;
  }

  /** Returns the input. */
  public JsonNode input() {
    return input;
  }

  /** Returns the request's own token. */
  public Optional<AuthToken> authToken() {
    return Optional.ofNullable(authToken);
  }

  /** Returns whom it claims to be for. */
  public Optional<Identity> forwardedFor() {
    return Optional.ofNullable(forwardedFor);
  }

  /** Returns the time limit it states. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Shows the operation and nothing that came with it. */
  @Override
  public String toString() {
    return "CallRequest[operation=" + operation + "]";
  }
}
