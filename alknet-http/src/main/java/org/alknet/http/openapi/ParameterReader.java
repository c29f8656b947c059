package org.alknet.http.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.alknet.http.openapi.ImportReport.Reason;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parameters of one operation: those of its path and its own, which win, each under a name of
 * its own in the input.
 *
 * <p>Not thread-safe.
 */
final class ParameterReader {
  /** Header fields that say something else than the parameter would (OpenAPI 3). */
  private static final Set<String> DESCRIBED_ELSEWHERE =
      Set.of("accept", "content-type", "authorization");

  private static final int MAX_PARAMETERS = 500;

  private final References references;
  private final HttpServiceConfig service;
  private final List<String> notes = new ArrayList<>();

  ParameterReader(References references, HttpServiceConfig service) {
    this.references = references;
    this.service = service;
  }

  /** Returns what is different from what the document says. */
  List<String> notes() {
    return notes;
  }

  List<Parameter> read(JsonNode ofPath, JsonNode ofOperation, PathTemplate path) throws Unusable {
    Map<String, Parameter> merged = new LinkedHashMap<>();
    read(ofPath, merged);
    read(ofOperation, merged);
    Set<String> placeholders = new HashSet<>(path.placeholders());
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter parameter : merged.values()) {
      if (isUsed(parameter, placeholders)) {
        parameters.add(parameter);
      }
    }
    for (String placeholder : path.placeholders()) {
      if (!merged.containsKey(key(placeholder, Place.PATH))) {
        notes.add("the path parameter " + Shown.of(placeholder) + " is not described");
        parameters.add(undescribed(placeholder));
      }
    }
    return named(parameters);
  }

  private void read(JsonNode list, Map<String, Parameter> merged) throws Unusable {
    for (JsonNode entry : list) {
      Parameter parameter = parameter(references.resolve(entry));
      merged.put(key(parameter.name(), parameter.place()), parameter);
      if (merged.size() > MAX_PARAMETERS) {
        throw new Unusable(Reason.TOO_LARGE, "more than " + MAX_PARAMETERS + " parameters");
      }
    }
  }

  private static String key(String name, Place place) {
    return place + " " + name;
  }

  private Parameter parameter(JsonNode described) throws Unusable {
    String name = described.path("name").asString("");
    String in = described.path("in").asString("");
    Optional<Place> place = Place.of(in);
    if (name.isEmpty() || place.isEmpty()) {
      throw new Unusable(
          Reason.MALFORMED,
          "a parameter has a name and a place it goes to, not \""
              + Shown.of(name)
              + "\" in \""
              + Shown.of(in)
              + "\"");
    }
    JsonNode content = described.path("content");
    Optional<Map.Entry<String, JsonNode>> media = content.properties().stream().findFirst();
    JsonNode schema =
        media.isPresent()
            ? references.resolve(media.get().getValue()).path("schema")
            : described.path("schema");
    return new Parameter(
        name,
        place.get(),
        name,
        place.get() == Place.PATH || described.path("required").asBoolean(false),
        Style.of(described, place.get().usualStyle()),
        media.filter(entry -> Media.isJson(entry.getKey())).isPresent(),
        schema.isMissingNode() ? text() : schema);
  }

  private static Parameter undescribed(String placeholder) {
    return new Parameter(
        placeholder,
        Place.PATH,
        placeholder,
        true,
        new Style("simple", false, false),
        false,
        text());
  }

  private static ObjectNode text() {
    return JsonNodeFactory.instance.objectNode().put("type", "string");
  }

  private boolean isUsed(Parameter parameter, Set<String> placeholders) throws Unusable {
    String name = parameter.name();
    if (parameter.place() == Place.PATH && !placeholders.contains(name)) {
      notes.add("the path has no place for the parameter " + Shown.of(name));
      return false;
    }
    if (parameter.place() == Place.HEADER) {
      if (DESCRIBED_ELSEWHERE.contains(name.toLowerCase(Locale.ROOT))
          || HttpServiceConfig.isOfTheClient(name)) {
        notes.add("the header parameter " + Shown.of(name) + " is set by the client");
        return false;
      }
      checkFieldName(name);
    }
    if (isCredential(parameter)) {
      notes.add("the parameter " + Shown.of(name) + " is the credential");
      return false;
    }
    return true;
  }

  private static void checkFieldName(String name) throws Unusable {
    try {
      new HttpAuthScheme.ApiKey(name);
    } catch (IllegalArgumentException malformed) {
      throw new Unusable(Reason.MALFORMED, "no header field can be called " + Shown.of(name));
    }
  }

  private boolean isCredential(Parameter parameter) {
    HttpAuthScheme scheme = service.auth().orElse(null);
    String name = parameter.name();
    return switch (parameter.place()) {
      case HEADER ->
          scheme instanceof HttpAuthScheme.ApiKey key && key.headerName().equalsIgnoreCase(name);
      case QUERY -> scheme instanceof HttpAuthScheme.ApiKeyQuery key && key.name().equals(name);
      case COOKIE -> scheme instanceof HttpAuthScheme.ApiKeyCookie key && key.name().equals(name);
      case PATH -> false;
    };
  }

  /** The input has one name for each; the first to want it gets it. */
  private static List<Parameter> named(List<Parameter> parameters) {
    Set<String> taken = new HashSet<>(Set.of(Endpoint.BODY));
    List<Parameter> named = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String wanted =
          parameter.name().equals(Endpoint.BODY) ? Endpoint.BODY + "_param" : parameter.name();
      String name = wanted;
      for (int i = 1; !taken.add(name); i++) {
        name = wanted + "_" + parameter.place().word() + (i == 1 ? "" : "_" + i);
      }
      named.add(parameter.withProperty(name));
    }
    return named;
  }
}
