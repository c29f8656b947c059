package org.alknet.http.gateway;

import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.http.internal.gateway.GatewayReply;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.Stealth;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a failed call looks in HTTP: the one place that turns a {@link CallError} into status, header
 * fields and body (spec/http.md section 7).
 *
 * <p>Thread-safe.
 */
public final class HttpErrorMapper {
  private static final String IMPORTED = "HTTP_";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final OperationRegistry registry;
  private final boolean conceal;

  /**
   * Maps errors of a registry's operations.
   *
   * @param registry knows the status a declared error asks for
   */
  public HttpErrorMapper(OperationRegistry registry, Stealth stealth) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.conceal = stealth == Stealth.CONCEAL;
  }

  /**
   * Returns the reply for a failed call.
   *
   * @param operation the operation that was called, with or without its leading slash
   */
  public HttpReply reply(
      CallError failure, String requestId, String operation, HttpExchange exchange) {
    String name = withoutSlash(operation);
    CallError error = shown(failure, name);
    int status = status(error, exchange.identity().isPresent(), spec(name));
    HttpReply reply = GatewayReply.json(status, requestId, json(error));
    if (status == 401) {
      reply =
          reply.with(
              "WWW-Authenticate",
              exchange.credentialRejected() ? "Bearer error=\"invalid_token\"" : "Bearer");
    } else if (error.code().equals(CallError.FORBIDDEN)) {
      reply = reply.with("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
    }
    Optional<String> wait = retryAfter(error, status);
    return wait.isPresent() ? reply.with("Retry-After", wait.get()) : reply;
  }

  /** Returns the reply for a request that never became a call, because it is none. */
  public static HttpReply refusal(int status, String message) {
    CallError error =
        status == 503 ? CallError.overloaded(message) : CallError.invalidInput(message);
    return GatewayReply.json(status, UUID.randomUUID().toString(), json(error));
  }

  /**
   * Returns the error as the caller may see it: when concealing, what is forbidden looks like what
   * does not exist.
   *
   * @param name the operation without its leading slash
   */
  CallError shown(CallError error, String name) {
    return conceal && error.code().equals(CallError.FORBIDDEN) ? CallError.notFound(name) : error;
  }

  /**
   * Returns the operation that an error is about, without its leading slash: whoever asks for a
   * description is told about what is described.
   *
   * @param operation the operation that was called, with or without its leading slash
   */
  public static String subject(String operation, JsonNode input) {
    String name = withoutSlash(operation);
    return name.equals(ServiceDiscovery.SCHEMA)
        ? withoutSlash(input.path("name").asString(""))
        : name;
  }

  /**
   * Returns the error as JSON, as the caller may see it.
   *
   * @param operation the operation that was called, with or without its leading slash
   */
  public ObjectNode body(CallError error, String operation) {
    return json(shown(error, withoutSlash(operation)));
  }

  /** Returns the error as JSON, without details if there are none. */
  static ObjectNode json(CallError error) {
    return GatewayReply.error(error);
  }

  static int status(CallError error, boolean known, Optional<OperationSpec> called) {
    return switch (error.code()) {
      case CallError.NOT_FOUND -> 404;
      case CallError.FORBIDDEN -> known ? 403 : 401;
      case CallError.INVALID_INPUT, CallError.INVALID_OPERATION_TYPE -> 422;
      case CallError.TIMEOUT -> 504;
      case CallError.INTERNAL -> 500;
      default -> error.code().startsWith(IMPORTED) ? imported(error) : declared(error, called);
    };
  }

  /** A status some other server gave; what is no failure there is a bad gateway here. */
  private static int imported(CallError error) {
    String number = error.code().substring(IMPORTED.length());
    if (!SECONDS.matcher(number).matches()) {
      return 500;
    }
    int status = Integer.parseInt(number);
    return status >= 400 && status <= 599 ? status : 502;
  }

  private static int declared(CallError error, Optional<OperationSpec> called) {
    if (called.isPresent()) {
      for (ErrorDefinition definition : called.get().errorSchemas()) {
        int status = definition.httpStatus().orElse(0);
        if (definition.code().equals(error.code()) && status >= 400 && status <= 599) {
          return status;
        }
      }
    }
    return 500;
  }

  private static Optional<String> retryAfter(CallError error, int status) {
    if (!error.retryable() || (status != 429 && status != 503)) {
      return Optional.empty();
    }
    JsonNode wait = error.details().map(details -> details.path("retry_after")).orElse(null);
    if (wait != null && wait.isIntegralNumber()) {
      return Optional.of(wait.asString()).filter(text -> SECONDS.matcher(text).matches());
    }
    return wait != null && wait.isString()
        ? Optional.of(wait.stringValue()).filter(HttpErrorMapper::isDelay)
        : Optional.empty();
  }

  private static boolean isDelay(String text) {
    if (SECONDS.matcher(text).matches()) {
      return true;
    }
    try {
      HTTP_DATE.parse(text);
      return true;
    } catch (DateTimeException malformed) {
      return false;
    }
  }

  private Optional<OperationSpec> spec(String name) {
    return registry.find(name).map(HandlerRegistration::spec);
  }

  static String withoutSlash(String operation) {
    return operation.startsWith("/") ? operation.substring(1) : operation;
  }
}
