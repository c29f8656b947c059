package org.alknet.http.openapi;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.call.adapter.AdapterException.SchemaParse;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;

/**
 * An OpenAPI 3 document, of which only the outermost shape is checked: what is wrong inside is the
 * affair of the operations concerned.
 *
 * <p>Immutable, as long as nobody changes the tree.
 */
public final class OpenApiDocument {
  /** Most characters of a document. */
  public static final int MAX_CHARACTERS = 32 << 20;

  private static final int MAX_SERVERS = 100;

  private static final int MAX_ADDRESS = 8192;

  private final JsonNode root;
  private final OpenApiVersion version;

  private OpenApiDocument(JsonNode root, OpenApiVersion version) {
    this.root = root;
    this.version = version;
  }

  /**
   * Reads JSON or, if it is none, YAML.
   *
   * @throws SchemaParse if it is neither, too large, or no OpenAPI 3 document; says what is wrong
   */
  public static OpenApiDocument parse(String text) throws SchemaParse {
    try {
      return parseJson(text);
    } catch (NotJson notJson) {
      if (notJson.getCause() instanceof StreamConstraintsException) {
        throw notJson;
      }
      try {
        return parseYaml(text);
      } catch (SchemaParse neither) {
        throw text.stripLeading().startsWith("{") ? notJson : neither;
      }
    }
  }

  /**
   * Reads JSON.
   *
   * @throws SchemaParse as {@link #parse}
   */
  public static OpenApiDocument parseJson(String text) throws SchemaParse {
    checkSize(text);
    try {
      return of(Json.document(text));
    } catch (JacksonException | NumberFormatException malformed) {
      throw new NotJson(malformed);
    }
  }

  /**
   * Reads YAML 1.2.
   *
   * @throws SchemaParse as {@link #parse}
   */
  public static OpenApiDocument parseYaml(String text) throws SchemaParse {
    checkSize(text);
    return of(YamlText.parse(text, MAX_CHARACTERS));
  }

  /**
   * Takes a tree, which nobody changes any more.
   *
   * @throws SchemaParse as {@link #parse}
   */
  public static OpenApiDocument of(JsonNode root) throws SchemaParse {
    Objects.requireNonNull(root, "root");
    if (!Json.isWithinBounds(root)) {
      throw new SchemaParse("the document is nested too deeply or has too many values");
    }
    if (!root.isObject()) {
      throw new SchemaParse("the document is no object");
    }
    if (root.has("swagger")) {
      throw new SchemaParse("this is a Swagger 2.0 document; OpenAPI 3 is needed");
    }
    if (!root.path("info").isObject()) {
      throw new SchemaParse("the document has no object \"info\"");
    }
    OpenApiVersion version = version(root.path("openapi"));
    if (!root.path("paths").isObject()
        && !(version == OpenApiVersion.V3_1
            && root.path("paths").isMissingNode()
            && (root.has("webhooks") || root.has("components")))) {
      throw new SchemaParse("the document has no object \"paths\"");
    }
    return new OpenApiDocument(root, version);
  }

  /** Wraps what was put together here. */
  static OpenApiDocument trusted(JsonNode root, OpenApiVersion version) {
    return new OpenApiDocument(root, version);
  }

  private static OpenApiVersion version(JsonNode stated) throws SchemaParse {
    String text = stated.isMissingNode() ? "3.0.0" : stated.asString("");
    if (!text.equals("3") && !text.startsWith("3.")) {
      throw new SchemaParse(
          "the document says openapi: " + Shown.of(text) + "; a version 3 is needed");
    }
    return text.equals("3") || text.equals("3.0") || text.startsWith("3.0.")
        ? OpenApiVersion.V3_0
        : OpenApiVersion.V3_1;
  }

  private static void checkSize(String text) throws SchemaParse {
    if (text.length() > MAX_CHARACTERS) {
      throw new SchemaParse("the document is longer than " + MAX_CHARACTERS + " characters");
    }
  }

  /** Returns the tree. */
  public JsonNode json() {
    return root;
  }

  /** Returns the document as JSON, on many lines. */
  public String toJson() {
    return Json.pretty(root);
  }

  /** Returns the document as YAML. */
  public String toYaml() {
    return YamlText.write(root);
  }

  /** Returns the generation it belongs to. */
  public OpenApiVersion version() {
    return version;
  }

  /** Returns the title; empty if it has none. */
  public String title() {
    return root.path("info").path("title").asString("");
  }

  /** Returns the version of what it describes; {@code 1.0.0} if it says none. */
  public String infoVersion() {
    return root.path("info").path("version").asString("1.0.0");
  }

  /**
   * Returns the addresses at which the document says the service is, variables filled with their
   * defaults; what is no address is left out. An importer never uses them by itself.
   */
  public List<URI> servers() {
    List<URI> servers = new ArrayList<>();
    for (JsonNode server : root.path("servers")) {
      if (servers.size() < MAX_SERVERS) {
        address(server).ifPresent(servers::add);
      }
    }
    return servers;
  }

  private static Optional<URI> address(JsonNode server) {
    String url = server.path("url").asString("");
    for (Map.Entry<String, JsonNode> variable : server.path("variables").properties()) {
      String value = variable.getValue().path("default").asString("");
      if (url.length() > MAX_ADDRESS || value.length() > MAX_ADDRESS) {
        return Optional.empty();
      }
      url = url.replace("{" + variable.getKey() + "}", value);
    }
    try {
      return url.length() > MAX_ADDRESS ? Optional.empty() : Optional.of(new URI(url));
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  /** The text is no JSON; it may be YAML. */
  private static final class NotJson extends SchemaParse {
    private static final long serialVersionUID = 1L;

    NotJson(RuntimeException cause) {
      super("the document is no JSON: " + Shown.of(String.valueOf(cause.getMessage())), cause);
    }
  }

  @Override
  public String toString() {
    return "OpenApiDocument[" + Shown.of(title()) + "]";
  }
}
