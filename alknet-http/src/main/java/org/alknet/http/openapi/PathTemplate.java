package org.alknet.http.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.alknet.http.openapi.ImportReport.Reason;

/**
 * A path with placeholders.
 *
 * <p>Immutable.
 */
final class PathTemplate {
  private final String text;
  private final List<Piece> pieces;
  private final String query;

  private record Piece(boolean placeholder, String text) {}

  private PathTemplate(String text, List<Piece> pieces, String query) {
    this.text = text;
    this.pieces = pieces;
    this.query = query;
  }

  static PathTemplate parse(String path) throws Unusable {
    if (!path.startsWith("/")) {
      throw new Unusable(Reason.MALFORMED, "a path starts with a slash");
    }
    int fragment = path.indexOf('#');
    String rest = fragment < 0 ? path : path.substring(0, fragment);
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    if (query.indexOf('{') >= 0) {
      throw new Unusable(Reason.MALFORMED, "a query in a path has no placeholders");
    }
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < rest.length()) {
      int open = rest.indexOf('{', at);
      int close = open < 0 ? -1 : rest.indexOf('}', open);
      if (close < 0) {
        pieces.add(new Piece(false, Percent.encodeLiteral(rest.substring(at))));
        break;
      }
      if (open > at) {
        pieces.add(new Piece(false, Percent.encodeLiteral(rest.substring(at, open))));
      }
      pieces.add(new Piece(true, rest.substring(open + 1, close)));
      at = close + 1;
    }
    PathTemplate template =
        new PathTemplate(path, List.copyOf(pieces), Percent.encodeLiteral(query));
    try {
      template.fill(placeholder -> "x");
    } catch (Refused dots) {
      throw new Unusable(Reason.MALFORMED, "a path leads to another one");
    }
    return template;
  }

  String text() {
    return text;
  }

  /** Returns the fixed query, encoded; mostly empty. */
  String query() {
    return query;
  }

  /** Returns the names of the placeholders in their order. */
  List<String> placeholders() {
    return pieces.stream().filter(Piece::placeholder).map(Piece::text).distinct().toList();
  }

  /** Returns the segments without placeholders, for a name. */
  List<String> staticSegments() {
    List<String> segments = new ArrayList<>();
    String path = text.split("[?#]", 2)[0];
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty() && segment.indexOf('{') < 0) {
        segments.add(segment);
      }
    }
    return segments;
  }

  /** A value for each placeholder, encoded. */
  String fill(Function<String, String> values) throws Refused {
    StringBuilder path = new StringBuilder();
    for (Piece piece : pieces) {
      path.append(piece.placeholder() ? values.apply(piece.text()) : piece.text());
    }
    String filled = path.toString();
    for (String segment : filled.split("/", -1)) {
      // A document may have encoded its dots, which mean the same; values have none of their own.
      String plain = segment.replaceAll("(?i)%2e", ".");
      if (plain.equals(".") || plain.equals("..")) {
        throw Refused.input("a parameter of the path would lead to another path");
      }
    }
    return filled;
  }
}
