package org.alknet.http.openapi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.alknet.http.openapi.ImportReport.Reason;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * References within one document (RFC 6901 in a URI fragment). Nothing is ever fetched.
 *
 * <p>Immutable.
 */
final class References {
  private static final int MAX_HOPS = 32;
  private static final int MAX_TOKENS = 64;

  private final JsonNode root;

  References(JsonNode root) {
    this.root = root;
  }

  /**
   * A place in the document.
   *
   * @param tokens the way to it, decoded
   * @param node what is there
   */
  record Target(List<String> tokens, JsonNode node) {
    /** Copies. */
    Target {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * Returns a component, such as a parameter, after following its references. What stands beside a
   * reference is added to what it leads to.
   */
  JsonNode resolve(JsonNode node) throws Unusable {
    JsonNode current = node;
    for (int hops = 0; current.path("$ref").isString(); hops++) {
      String ref = current.path("$ref").stringValue();
      if (hops == MAX_HOPS) {
        throw new Unusable(Reason.CYCLIC_REFERENCE, "a reference leads nowhere: " + Shown.of(ref));
      }
      current = beside(current, target(ref).node());
    }
    return current;
  }

  private static JsonNode beside(JsonNode referring, JsonNode target) {
    if (referring.size() == 1 || !(target instanceof ObjectNode object)) {
      return target;
    }
    ObjectNode both = object.objectNode();
    both.setAll(object);
    referring
        .properties()
        .forEach(
            property -> {
              if (!property.getKey().equals("$ref")) {
                both.set(property.getKey(), property.getValue());
              }
            });
    return both;
  }

  /** Finds what a reference names. */
  Target target(String ref) throws Unusable {
    if (!ref.startsWith("#")) {
      throw new Unusable(
          Reason.EXTERNAL_REFERENCE, "a reference to another document: " + Shown.of(ref));
    }
    if (!ref.startsWith("#/")) {
      throw dangling(ref);
    }
    List<String> tokens = new ArrayList<>();
    JsonNode node = root;
    for (String part : ref.substring(2).split("/", -1)) {
      String token = decode(part, ref);
      node = node.isArray() ? element(node, token) : node.path(token);
      if (node.isMissingNode() || tokens.size() == MAX_TOKENS) {
        throw dangling(ref);
      }
      tokens.add(token);
    }
    return new Target(tokens, node);
  }

  private static JsonNode element(JsonNode array, String token) {
    return token.matches("0|[1-9][0-9]{0,8}")
        ? array.path(Integer.parseInt(token))
        : array.path(-1);
  }

  private static String decode(String part, String ref) throws Unusable {
    try {
      String plain = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      return plain.replace("~1", "/").replace("~0", "~");
    } catch (IllegalArgumentException malformed) {
      throw dangling(ref);
    }
  }

  private static Unusable dangling(String ref) {
    return new Unusable(
        Reason.DANGLING_REFERENCE, "a reference to nothing in the document: " + Shown.of(ref));
  }
}
