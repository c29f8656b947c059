package org.alknet.call.internal.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.call.operation.CallError;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Payload;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The payload of {@code call.requested} (spec/call.md section 3.4), read and written.
 *
 * <p>A final class and no record: it may hold a token, which it never prints.
 */
final class RequestPayload {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long MAX_TIMEOUT_MS = 86_400_000;
  private static final int MAX_DEPTH = 65_535;

  private final String operation;
  private final Payload input;
  private final @Nullable String authToken;
  private final @Nullable Identity forwardedFor;
  private final @Nullable Duration timeout;
  private final int depth;

  private RequestPayload(
      String operation,
      Payload input,
      @Nullable String authToken,
      @Nullable Identity forwardedFor,
      @Nullable Duration timeout,
      int depth) {
    this.operation = operation;
    this.input = input;
    this.authToken = authToken;
    this.forwardedFor = forwardedFor;
    this.timeout = timeout;
    this.depth = depth;
  }

  /** A request, or why it is none. */
  record Parsed(@Nullable RequestPayload request, @Nullable CallError problem) {}

  /**
   * Reads everything but the input, which the handler's thread will parse.
   *
   * @throws FrameException if it is no JSON, as far as was looked at
   */
  static Parsed parse(Payload payload) throws FrameException {
    Optional<Map<String, Payload>> members = payload.members();
    if (members.isEmpty()) {
      return invalid("the payload of a request is an object without repeated keys");
    }
    Payload input = Payload.of(JSON.nullNode());
    JsonNode operation = JSON.missingNode();
    JsonNode token = JSON.missingNode();
    JsonNode claim = JSON.missingNode();
    JsonNode limit = JSON.missingNode();
    JsonNode levels = JSON.missingNode();
    for (Map.Entry<String, Payload> member : members.get().entrySet()) {
      Payload value = member.getValue();
      switch (member.getKey()) {
        case "operationId" -> operation = value.tree();
        case "input" -> input = value;
        case "auth_token" -> token = value.tree();
        case "forwarded_for" -> claim = value.tree();
        case "timeout_ms" -> limit = value.tree();
        case "depth" -> levels = value.tree();
        default -> value.check();
      }
    }
    if (!operation.isString()) {
      return refused(input, "missing operationId");
    }
    Duration timeout = null;
    if (!limit.isMissingNode()) {
      if (!limit.isIntegralNumber()
          || !limit.canConvertToLong()
          || limit.longValue() < 1
          || limit.longValue() > MAX_TIMEOUT_MS) {
        return refused(input, "timeout_ms is an integer from 1 to " + MAX_TIMEOUT_MS);
      }
      timeout = Duration.ofMillis(limit.longValue());
    }
    if (!levels.isMissingNode()
        && !(levels.isIntegralNumber()
            && levels.canConvertToInt()
            && levels.intValue() >= 0
            && levels.intValue() <= MAX_DEPTH)) {
      return refused(input, "depth is an integer from 0 to " + MAX_DEPTH);
    }
    return new Parsed(
        new RequestPayload(
            Roots.withoutSlash(operation.stringValue()),
            input,
            token.isString() ? token.stringValue() : null,
            identity(claim),
            timeout,
            levels.asInt(0)),
        null);
  }

  /** A request that is refused is JSON all the same, or its frame was none. */
  private static Parsed refused(Payload input, String message) throws FrameException {
    input.check();
    return invalid(message);
  }

  private static Parsed invalid(String message) {
    return new Parsed(null, CallError.invalidInput(message));
  }

  /** Reads a claim; one that is malformed is none (spec/call.md G-10). */
  private static @Nullable Identity identity(JsonNode json) {
    JsonNode id = json.path("id");
    if (!id.isString() || id.stringValue().isEmpty()) {
      return null;
    }
    List<String> scopes = strings(json.path("scopes"));
    JsonNode resources = json.path("resources");
    if (scopes == null || !(resources.isMissingNode() || resources.isObject())) {
      return null;
    }
    Map<String, List<String>> byType = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : resources.properties()) {
      List<String> actions = entry.getValue().isArray() ? strings(entry.getValue()) : null;
      if (actions == null) {
        return null;
      }
      byType.put(entry.getKey(), actions);
    }
    return new Identity(id.stringValue(), scopes, byType);
  }

  private static @Nullable List<String> strings(JsonNode json) {
    if (json.isMissingNode()) {
      return List.of();
    }
    if (!json.isArray()) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode value : json) {
      if (!value.isString()) {
        return null;
      }
      values.add(value.stringValue());
    }
    return values;
  }

  /**
   * Writes a request; the operation gets its leading slash.
   *
   * @param depth how many calls it nests in; 0 is not written
   */
  static ObjectNode write(
      String operation,
      JsonNode input,
      Optional<String> authToken,
      Optional<Identity> forwardedFor,
      Optional<Duration> timeout,
      int depth) {
    ObjectNode payload = JSON.objectNode().put("operationId", "/" + operation);
    payload.set("input", input);
    authToken.ifPresent(token -> payload.put("auth_token", token));
    forwardedFor.ifPresent(claim -> payload.set("forwarded_for", json(claim)));
    timeout.ifPresent(limit -> payload.put("timeout_ms", limit.toMillis()));
    if (depth > 0) {
      payload.put("depth", depth);
    }
    return payload;
  }

  private static ObjectNode json(Identity identity) {
    ObjectNode json = JSON.objectNode().put("id", identity.id());
    ArrayNode scopes = json.putArray("scopes");
    identity.scopes().forEach(scopes::add);
    ObjectNode resources = json.putObject("resources");
    identity
        .resources()
        .forEach(
            (type, actions) -> {
              ArrayNode list = resources.putArray(type);
              actions.forEach(list::add);
            });
    return json;
  }

  String operation() {
    return operation;
  }

  /**
   * Returns the input, parsed at the first time.
   *
   * @throws FrameException if it is no JSON within the limits
   */
  JsonNode input() throws FrameException {
    return input.tree();
  }

  Optional<String> authToken() {
    return Optional.ofNullable(authToken);
  }

  Optional<Identity> forwardedFor() {
    return Optional.ofNullable(forwardedFor);
  }

  Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Returns how many calls on other nodes the request says it nests in. */
  int depth() {
    return depth;
  }

  @Override
  public String toString() {
    return "RequestPayload[operation=" + Objects.requireNonNull(operation) + "]";
  }
}
