package org.alknet.http.openapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the body of a request is written.
 *
 * @param kind what it is
 * @param mediaType as the document has it
 * @param required whether there has to be one
 * @param schema as the document has it; an empty object if it has none
 * @param encoding how its properties are written, as the document has it
 * @param binary its properties that are base64 in the input and bytes on the way
 */
record RequestBody(
    Kind kind,
    String mediaType,
    boolean required,
    JsonNode schema,
    JsonNode encoding,
    Set<String> binary) {
  /** The kinds, the preferred one first. */
  enum Kind {
    JSON,
    FORM,
    MULTIPART,
    TEXT,
    BYTES
  }

  /** Copies. */
  RequestBody {
    binary = Set.copyOf(binary);
  }

  /** What is sent. */
  static final class Written {
    private final String contentType;
    private final byte[] bytes;

    Written(String contentType, byte[] bytes) {
      this.contentType = contentType;
      this.bytes = bytes;
    }

    String contentType() {
      return contentType;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** Reads a request body object; empty if it describes none. */
  static Optional<RequestBody> read(JsonNode body, References references) throws Unusable {
    Map.Entry<String, JsonNode> best = null;
    for (Map.Entry<String, JsonNode> offered : body.path("content").properties()) {
      if (best == null || kind(offered.getKey()).compareTo(kind(best.getKey())) < 0) {
        best = offered;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    JsonNode media = references.resolve(best.getValue());
    JsonNode schema = media.path("schema");
    Kind kind = kind(best.getKey());
    return Optional.of(
        new RequestBody(
            kind,
            best.getKey(),
            body.path("required").asBoolean(false),
            schema.isMissingNode() ? JsonNodeFactory.instance.objectNode() : schema,
            media.path("encoding"),
            kind == Kind.MULTIPART ? binaries(schema, references) : Set.of()));
  }

  private static Kind kind(String mediaType) {
    if (Media.isJson(mediaType)) {
      return Kind.JSON;
    }
    if (Media.essence(mediaType).equals(Media.FORM)) {
      return Kind.FORM;
    }
    if (Media.essence(mediaType).startsWith("multipart/")) {
      return Kind.MULTIPART;
    }
    return Media.isText(mediaType) || Media.isXml(mediaType) ? Kind.TEXT : Kind.BYTES;
  }

  private static Set<String> binaries(JsonNode schema, References references) throws Unusable {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property :
        references.resolve(schema).path("properties").properties()) {
      JsonNode described = references.resolve(property.getValue());
      JsonNode element = references.resolve(described.path("items"));
      if (isBinary(described) || isBinary(element)) {
        names.add(property.getKey());
      }
    }
    return Set.copyOf(names);
  }

  private static boolean isBinary(JsonNode schema) {
    return schema.path("format").asString("").equals("binary")
        || schema.path("format").asString("").equals("byte")
        || schema.path("contentEncoding").asString("").equals("base64")
        || schema.path("contentMediaType").asString("").equals(Media.BYTES);
  }

  /** Returns what the input has to be, if that is not what the document's schema says. */
  Optional<ObjectNode> ownSchema() {
    ObjectNode text = JsonNodeFactory.instance.objectNode().put("type", "string");
    return switch (kind) {
      case TEXT -> Optional.of(text);
      case BYTES -> Optional.of(text.put("contentEncoding", "base64"));
      default -> Optional.empty();
    };
  }

  Written write(JsonNode value) throws Refused {
    return switch (kind) {
      case JSON -> new Written(type(Media.JSON), Json.write(value));
      case FORM -> new Written(Media.FORM, form(value).getBytes(StandardCharsets.US_ASCII));
      case MULTIPART -> new MultipartBody(essence(), encoding, binary).write(value);
      case TEXT ->
          new Written(
              type("text/plain") + "; charset=utf-8",
              Style.text(value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> new Written(type(Media.BYTES), bytes(value));
    };
  }

  private String essence() {
    return Media.essence(mediaType);
  }

  private String type(String usual) {
    return Media.isWildcard(mediaType) ? usual : essence();
  }

  private String form(JsonNode value) throws Refused {
    if (!value.isObject()) {
      throw Refused.input("the body is an object");
    }
    List<Style.Pair> pairs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : value.properties()) {
      JsonNode described = encoding.path(property.getKey());
      String name = property.getKey();
      boolean styled =
          described.has("style") || described.has("explode") || described.has("allowReserved");
      boolean json = described.path("contentType").asString("").contains("json");
      if (styled) {
        pairs.addAll(Style.of(described, "form").pairs(name, property.getValue()));
      } else if (property.getValue().isArray() && !json) {
        property.getValue().forEach(element -> pairs.add(pair(name, element)));
      } else {
        pairs.add(pair(name, property.getValue()));
      }
    }
    return pairs.stream().map(Style.Pair::toString).collect(Collectors.joining("&"));
  }

  private static Style.Pair pair(String name, JsonNode value) {
    return new Style.Pair(Percent.encode(name), Percent.encode(Style.text(value)));
  }

  static byte[] bytes(JsonNode value) throws Refused {
    try {
      return Base64.getDecoder().decode(value.asString(""));
    } catch (IllegalArgumentException malformed) {
      throw Refused.input("bytes come as a string in base64");
    }
  }
}
