package org.alknet.http.mcp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.operation.CallError;
import org.alknet.core.observe.LogLine;
import org.alknet.http.client.ClientBusyException;
import org.alknet.http.client.RetryLaterException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request to a server that brought no result. The one place that says what such a failure means
 * for an import and for a call. Messages repeat the server's words cut and escaped.
 */
final class McpFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of failure. */
  enum Kind {
    /** The server wants another credential, or one at all. */
    UNAUTHORIZED,
    /** There is no connection, or it broke. */
    UNREACHABLE,
    /** The time was over. */
    TIMEOUT,
    /** The server asked to be left alone for a while, or too many requests are under way. */
    LATER,
    /** A status that is no success, and nothing of the protocol with it. */
    STATUS,
    /** An error of the protocol. */
    RPC,
    /** The server does not do what it was asked for, and said so in good order. */
    REFUSED,
    /** An answer that breaks the protocol. */
    BROKEN
  }

  private final Kind kind;
  private final int status;
  private final int code;
  private final transient @Nullable JsonNode data;
  private final transient @Nullable Duration retryAfter;

  private McpFailure(
      Kind kind,
      String message,
      int status,
      int code,
      @Nullable JsonNode data,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.status = status;
    this.code = code;
    this.data = data;
    this.retryAfter = cause instanceof RetryLaterException later ? later.retryAfter() : null;
  }

  static McpFailure broken(String message) {
    return new McpFailure(Kind.BROKEN, message, 0, 0, null, null);
  }

  static McpFailure refused(String message) {
    return new McpFailure(Kind.REFUSED, message, 0, 0, null, null);
  }

  static McpFailure status(int status) {
    Kind kind = status == 401 ? Kind.UNAUTHORIZED : Kind.STATUS;
    String message =
        status >= 300 && status < 400
            ? "the server sent us elsewhere (status " + status + "), which is not followed"
            : "the server answered with status " + status;
    return new McpFailure(kind, message, status, 0, null, null);
  }

  /** A stream of events that ended before the answer came. */
  static McpFailure cutOff() {
    return new McpFailure(
        Kind.UNREACHABLE, "the server ended its events without an answer", 0, 0, null, null);
  }

  static McpFailure timeout() {
    return new McpFailure(Kind.TIMEOUT, "the server did not answer in time", 0, 0, null, null);
  }

  /** An exchange that ended without an answer. */
  static McpFailure transport(Throwable cause) {
    if (cause instanceof McpFailure failure) {
      return failure;
    }
    if (cause instanceof java.net.http.HttpTimeoutException
        || cause instanceof java.util.concurrent.TimeoutException) {
      return new McpFailure(Kind.TIMEOUT, "the server did not answer in time", 0, 0, null, cause);
    }
    if (cause instanceof RetryLaterException) {
      return new McpFailure(
          Kind.LATER, "the server asked to be left alone for a while", 0, 0, null, cause);
    }
    if (cause instanceof ClientBusyException busy) {
      return new McpFailure(Kind.LATER, String.valueOf(busy.getMessage()), 0, 0, null, cause);
    }
    return new McpFailure(
        Kind.UNREACHABLE,
        "no answer from the server"
            + (cause instanceof java.net.ConnectException ? ": nothing answers there" : "")
            + (cause.getMessage() == null ? "" : ": " + LogLine.escape(cause.getMessage())),
        0,
        0,
        null,
        cause);
  }

  /** An error of the protocol, with the status it came with. */
  static McpFailure rpc(int status, JsonNode error) {
    JsonNode code = error.path("code");
    if (!error.isObject() || !code.isIntegralNumber() || !code.canConvertToInt()) {
      return broken("the server answered with an error that is none");
    }
    return new McpFailure(
        status == 401 ? Kind.UNAUTHORIZED : Kind.RPC,
        "error " + code.intValue() + ": " + LogLine.escape(error.path("message").asString("")),
        status,
        code.intValue(),
        error.get("data"),
        null);
  }

  Kind kind() {
    return kind;
  }

  /** Returns the status it came with; 0 if there was none. */
  int status() {
    return status;
  }

  /** Returns the code of an error of the protocol. */
  OptionalInt code() {
    return kind == Kind.RPC ? OptionalInt.of(code) : OptionalInt.empty();
  }

  /** Returns what came with an error of the protocol. */
  Optional<JsonNode> data() {
    return Optional.ofNullable(data);
  }

  /** Says what this means for an import. */
  AdapterException forImport() {
    return switch (kind) {
      case UNAUTHORIZED -> new AdapterException.Unauthorized(text());
      case UNREACHABLE, TIMEOUT, LATER -> new AdapterException.Transport(text());
      case STATUS, RPC, REFUSED, BROKEN -> new AdapterException.DiscoveryFailed(text());
    };
  }

  /** Says what this means for a call. */
  CallError forCall() {
    if (kind == Kind.TIMEOUT) {
      return CallError.timeout();
    }
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    if (kind == Kind.RPC) {
      details.put("rpc_code", code);
    }
    if (status > 0) {
      details.put("http_status", status);
    }
    if (retryAfter != null) {
      details.put("retry_after", Math.max(1, retryAfter.toSeconds()));
    }
    boolean retryable = kind == Kind.LATER || status == 429 || status == 503;
    String message = "tools/call failed: " + text();
    return details.isEmpty()
        ? CallError.of(CallError.INTERNAL, message, retryable)
        : CallError.of(CallError.INTERNAL, message, retryable, details);
  }

  private String text() {
    return String.valueOf(getMessage());
  }
}
