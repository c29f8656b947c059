package org.alknet.http.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.http.openapi.ImportReport.Reason;
import org.alknet.http.openapi.SchemaConverter.Direction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What an operation answers: the schema of its success and its errors.
 *
 * <p>Not thread-safe.
 */
final class ResponseReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_RESPONSES = 200;

  private final References references;
  private final SchemaBundles schemas;

  /** Resolved, numeric statuses first, in their order. */
  private final Map<String, JsonNode> responses = new TreeMap<>();

  ResponseReader(JsonNode described, References references, SchemaBundles schemas) throws Unusable {
    this.references = references;
    this.schemas = schemas;
    if (described.size() > MAX_RESPONSES) {
      throw new Unusable(Reason.TOO_LARGE, "more than " + MAX_RESPONSES + " responses");
    }
    for (Map.Entry<String, JsonNode> response : described.properties()) {
      String status = response.getKey().toUpperCase(Locale.ROOT);
      if (status.matches("[1-5](XX|[0-9]{2})|DEFAULT")) {
        responses.put(status, references.resolve(response.getValue()));
      }
    }
  }

  /** Returns the response of a success: 200, 201, any other 2xx, then all of them. */
  private Optional<Map.Entry<String, JsonNode>> success() {
    for (String status : List.of("200", "201")) {
      if (responses.containsKey(status)) {
        return Optional.of(Map.entry(status, responses.get(status)));
      }
    }
    return responses.entrySet().stream().filter(entry -> isSuccess(entry.getKey())).findFirst();
  }

  private static boolean isSuccess(String status) {
    return status.startsWith("2");
  }

  /** Whether a success is a stream of events. */
  boolean offersEvents() throws Unusable {
    return media(Media::isEvents).isPresent();
  }

  /** Whether a success may be JSON as well. */
  boolean offersJson() throws Unusable {
    return media(Media::isJson).isPresent();
  }

  private Optional<JsonNode> media(Predicate<String> wanted) throws Unusable {
    JsonNode content = success().map(Map.Entry::getValue).map(r -> r.path("content")).orElse(null);
    if (content != null) {
      for (Map.Entry<String, JsonNode> offered : content.properties()) {
        if (wanted.test(offered.getKey())) {
          return Optional.of(references.resolve(offered.getValue()));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the schema of what a caller gets.
   *
   * @param events whether that is the elements of a stream
   */
  JsonNode output(boolean events) throws Unusable {
    if (success().isEmpty()) {
      return NODES.objectNode();
    }
    Optional<JsonNode> media = events ? media(Media::isEvents) : Optional.empty();
    if (media.isEmpty() || media.get().path("schema").isMissingNode()) {
      Optional<JsonNode> json = media(Media::isJson);
      media = json.isPresent() ? json : media(type -> Media.essence(type).equals("*/*"));
    }
    if (media.isPresent()) {
      return schema(media.get());
    }
    if (events) {
      return NODES.objectNode();
    }
    if (success().get().getKey().equals("204")) {
      return NODES.objectNode().put("type", "null");
    }
    if (media(Media::isText).isPresent()) {
      return NODES.objectNode().put("type", "string");
    }
    return media(type -> !Media.isWildcard(type)).isPresent()
        ? NODES.objectNode().put("type", "string").put("contentEncoding", "base64")
        : NODES.objectNode();
  }

  private JsonNode schema(JsonNode media) throws Unusable {
    JsonNode schema = media.path("schema");
    return schema.isMissingNode() ? NODES.objectNode() : schemas.alone(schema, Direction.RESPONSE);
  }

  /** Returns what is declared for everything but a success. */
  List<ErrorDefinition> errors() throws Unusable {
    Map<String, ErrorDefinition> errors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> response : responses.entrySet()) {
      String status = response.getKey();
      if (isSuccess(status)) {
        continue;
      }
      String code = "HTTP_" + status;
      boolean numeric = Character.isDigit(status.charAt(status.length() - 1));
      errors.put(
          code,
          new ErrorDefinition(
              code,
              response.getValue().path("description").asString(""),
              errorSchema(response.getValue()),
              numeric ? OptionalInt.of(Integer.parseInt(status)) : OptionalInt.empty()));
    }
    return List.copyOf(errors.values());
  }

  private JsonNode errorSchema(JsonNode response) throws Unusable {
    for (Map.Entry<String, JsonNode> offered : response.path("content").properties()) {
      if (Media.isJson(offered.getKey())) {
        return schema(references.resolve(offered.getValue()));
      }
    }
    return NODES.objectNode();
  }
}
