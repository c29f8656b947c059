package org.alknet.http.mcp;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;

/**
 * Which parts of a tool's input are repeated in header fields, as its schema asks for with {@code
 * x-mcp-header} (revision 2026-07-28, "Custom Headers from Tool Parameters").
 *
 * <p>Immutable.
 */
final class HeaderParameters {
  private static final String ANNOTATION = "x-mcp-header";
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
  private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
  private static final BigInteger SAFE = BigInteger.ONE.shiftLeft(53).subtract(BigInteger.ONE);
  private static final int MAX_PARAMETERS = 32;
  private static final int MAX_VALUE_BYTES = 4096;

  private static final HeaderParameters NONE = new HeaderParameters(List.of());

  private final List<Mirrored> mirrored;

  private HeaderParameters(List<Mirrored> mirrored) {
    this.mirrored = mirrored;
  }

  /** A value at the end of a path of properties, and its field. */
  private record Mirrored(List<String> path, String field) {}

  static HeaderParameters none() {
    return NONE;
  }

  /**
   * Finds what a schema asks for.
   *
   * @throws IllegalArgumentException if it asks in a way that is not allowed; says how
   */
  static HeaderParameters of(JsonNode schema) {
    List<Mirrored> found = new ArrayList<>();
    collect(schema, List.of(), true, found);
    Set<String> names = new HashSet<>();
    for (Mirrored one : found) {
      if (!names.add(one.field().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two parameters ask for the same header field");
      }
    }
    if (found.size() > MAX_PARAMETERS) {
      throw new IllegalArgumentException(
          "more than " + MAX_PARAMETERS + " parameters ask for header fields");
    }
    return found.isEmpty() ? NONE : new HeaderParameters(List.copyOf(found));
  }

  private static void collect(
      JsonNode schema, List<String> path, boolean reachable, List<Mirrored> found) {
    JsonNode annotation = schema.get(ANNOTATION);
    if (annotation != null) {
      if (!reachable || path.isEmpty()) {
        throw new IllegalArgumentException(
            "a header field is asked for outside the properties of the input");
      }
      if (!annotation.isString() || !TOKEN.matcher(annotation.stringValue()).matches()) {
        throw new IllegalArgumentException("the name of a header field is a token");
      }
      if (!isPrimitive(schema.path("type"))) {
        throw new IllegalArgumentException(
            "a header field is asked for a value that is no string, integer or boolean");
      }
      found.add(new Mirrored(path, "Mcp-Param-" + annotation.stringValue()));
    }
    SubSchemas.<RuntimeException>forEach(
        schema,
        (keyword, name, child) -> {
          boolean property = keyword.equals("properties");
          List<String> below = new ArrayList<>(path);
          if (property) {
            below.add(name);
          }
          collect(child, List.copyOf(below), reachable && property, found);
        });
  }

  private static boolean isPrimitive(JsonNode type) {
    if (type.isArray()) {
      List<String> named = new ArrayList<>();
      type.forEach(one -> named.add(one.asString("")));
      named.remove("null");
      return named.size() == 1 && TYPES.contains(named.get(0));
    }
    return TYPES.contains(type.asString(""));
  }

  /**
   * Returns the header fields for an input.
   *
   * @throws IllegalArgumentException if a value does not fit a field; says which
   */
  HttpFields fields(JsonNode input) {
    HttpFields fields = HttpFields.none();
    for (Mirrored one : mirrored) {
      JsonNode value = input;
      for (String step : one.path()) {
        value = value.path(step);
      }
      if (value.isMissingNode() || value.isNull()) {
        continue;
      }
      String text = FieldValue.encode(text(value, one.field()));
      if (text.getBytes(StandardCharsets.UTF_8).length > MAX_VALUE_BYTES) {
        throw new IllegalArgumentException("too long for the header field " + one.field());
      }
      fields = fields.with(one.field(), text);
    }
    return fields;
  }

  private static String text(JsonNode value, String field) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isBoolean()) {
      return Boolean.toString(value.booleanValue());
    }
    Optional<BigInteger> integer = value.isNumber() ? integer(value) : Optional.empty();
    if (integer.isEmpty() || integer.get().abs().compareTo(SAFE) > 0) {
      throw new IllegalArgumentException(
          "the header field " + field + " takes a text, a boolean or an integer up to 2^53 - 1");
    }
    return integer.get().toString();
  }

  private static Optional<BigInteger> integer(JsonNode number) {
    BigDecimal exact = number.decimalValue();
    // A short number may stand for more digits than there is memory.
    if (Math.abs((long) exact.scale()) > 1000 || exact.stripTrailingZeros().scale() > 0) {
      return Optional.empty();
    }
    return Optional.of(exact.toBigInteger());
  }
}
