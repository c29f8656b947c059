package org.alknet.http.openapi;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * How a value is written where only text can stand (OpenAPI 3, "Style Values").
 *
 * @param name the style
 * @param explode whether each element stands for itself
 * @param allowReserved whether reserved characters stay as they are
 */
record Style(String name, boolean explode, boolean allowReserved) {
  private static final int MAX_SCALE = 1000;
  private static final int MAX_DEPTH = 16;

  /** A name and a value, both encoded. */
  record Pair(String name, String value) {
    @Override
    public String toString() {
      return name + "=" + value;
    }
  }

  static Style of(JsonNode described, String usual) {
    String style = described.path("style").asString(usual);
    boolean explode = described.path("explode").asBoolean(style.equals("form"));
    return new Style(style, explode, described.path("allowReserved").asBoolean(false));
  }

  /** Returns a value as what replaces a placeholder of a path. */
  String inPath(String name, JsonNode value) {
    String key = Percent.encode(name);
    return switch (this.name) {
      case "label" -> "." + list(value, explode ? "." : ",", explode, Percent::encode);
      case "matrix" -> matrix(key, value);
      default -> list(value, ",", explode, Percent::encode);
    };
  }

  private String matrix(String key, JsonNode value) {
    if (!explode || !value.isContainer()) {
      String text = list(value, ",", false, Percent::encode);
      return text.isEmpty() ? ";" + key : ";" + key + "=" + text;
    }
    StringBuilder parts = new StringBuilder();
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              entry ->
                  parts
                      .append(';')
                      .append(Percent.encode(entry.getKey()))
                      .append('=')
                      .append(Percent.encode(text(entry.getValue()))));
    } else {
      value.forEach(
          element ->
              parts.append(';').append(key).append('=').append(Percent.encode(text(element))));
    }
    return parts.toString();
  }

  /** Returns a value as the value of a header field, not encoded. */
  String inHeader(JsonNode value) {
    return list(value, ",", explode, UnaryOperator.identity());
  }

  /** Returns a value as parts of a query, a form or a cookie. */
  List<Pair> pairs(String name, JsonNode value) throws Refused {
    UnaryOperator<String> encode = allowReserved ? Percent::encodeReserved : Percent::encode;
    String key = Percent.encode(name);
    if (!value.isContainer()) {
      return List.of(new Pair(key, encode.apply(text(value))));
    }
    List<Pair> pairs = new ArrayList<>();
    if (this.name.equals("deepObject")) {
      deep(pairs, key, value, encode, 0);
    } else if (!explode) {
      String delimiter =
          switch (this.name) {
            case "spaceDelimited" -> "%20";
            case "pipeDelimited" -> "%7C";
            default -> ",";
          };
      pairs.add(new Pair(key, list(value, delimiter, false, encode)));
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(
              entry ->
                  pairs.add(
                      new Pair(
                          Percent.encode(entry.getKey()), encode.apply(text(entry.getValue())))));
    } else {
      value.forEach(element -> pairs.add(new Pair(key, encode.apply(text(element)))));
    }
    return pairs;
  }

  /** Objects in objects are not defined by OpenAPI; services that have them expect brackets. */
  private static void deep(
      List<Pair> to, String key, JsonNode value, UnaryOperator<String> encode, int depth)
      throws Refused {
    if (depth > MAX_DEPTH) {
      throw Refused.input("a parameter is nested too deeply");
    }
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        String below = key + "%5B" + Percent.encode(entry.getKey()) + "%5D";
        deep(to, below, entry.getValue(), encode, depth + 1);
      }
    } else if (value.isArray()) {
      int index = 0;
      for (JsonNode element : value) {
        deep(to, key + "%5B" + index++ + "%5D", element, encode, depth + 1);
      }
    } else {
      to.add(new Pair(key, encode.apply(text(value))));
    }
  }

  private static String list(
      JsonNode value, String delimiter, boolean explode, UnaryOperator<String> encode) {
    if (value.isArray()) {
      return value
          .valueStream()
          .map(element -> encode.apply(text(element)))
          .collect(Collectors.joining(delimiter));
    }
    if (value.isObject()) {
      String between = explode ? "=" : delimiter;
      return value.properties().stream()
          .map(
              entry ->
                  encode.apply(entry.getKey()) + between + encode.apply(text(entry.getValue())))
          .collect(Collectors.joining(delimiter));
    }
    return encode.apply(text(value));
  }

  /** Returns a scalar as text, and anything else as JSON. */
  static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    if (value.isNumber()) {
      BigDecimal number = value.isBigDecimal() ? value.decimalValue() : null;
      return number != null && Math.abs((long) number.scale()) <= MAX_SCALE
          ? number.toPlainString()
          : value.asString();
    }
    return value.isContainer() ? Json.text(value) : value.asString();
  }
}
