package org.alknet.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON into a tree; repeated keys stay in it, so that a reader can report them. */
final class JsonTree {
  private final String file;
  private final JsonParser parser;

  private JsonTree(String file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /**
   * Reads a text.
   *
   * @param file its name in positions
   * @param problems gets what is no JSON, or no object
   * @return empty if anything is wrong
   */
  static Optional<ConfigTree.Table> parse(String file, String text, ProblemList problems) {
    try (JsonParser parser = JsonMapper.shared().createParser(text)) {
      return new JsonTree(file, parser).document(problems);
    } catch (JacksonException broken) {
      problems.add(position(file, broken.getLocation()), "", JsonReason.of(broken));
      return Optional.empty();
    }
  }

  private Optional<ConfigTree.Table> document(ProblemList problems) {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT) {
      problems.add(new Position(file, 1, 1), "", "is a JSON object");
      return Optional.empty();
    }
    ConfigTree.Table table = table();
    if (parser.nextToken() != null) {
      problems.add(here(), "", "has text after its end");
      return Optional.empty();
    }
    return Optional.of(table);
  }

  private ConfigTree value(JsonToken token) {
    Position position = here();
    return switch (token) {
      case START_OBJECT -> table();
      case START_ARRAY -> sequence();
      case VALUE_STRING -> new ConfigTree.Text(position, parser.getString());
      case VALUE_TRUE -> new ConfigTree.Flag(position, true);
      case VALUE_FALSE -> new ConfigTree.Flag(position, false);
      case VALUE_NUMBER_INT -> whole(position);
      case VALUE_NUMBER_FLOAT -> new ConfigTree.Other(position, "a fraction", parser.getString());
      default -> new ConfigTree.Other(position, "null", "null");
    };
  }

  private ConfigTree whole(Position position) {
    String digits = parser.getString();
    try {
      return new ConfigTree.Whole(position, Long.parseLong(digits));
    } catch (NumberFormatException tooLarge) {
      return new ConfigTree.Other(position, "a number beyond all limits", digits);
    }
  }

  private ConfigTree.Table table() {
    Position position = here();
    List<ConfigTree.Entry> entries = new ArrayList<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      Position place = here();
      entries.add(new ConfigTree.Entry(key, place, value(parser.nextToken())));
    }
    return new ConfigTree.Table(position, entries);
  }

  private ConfigTree.Sequence sequence() {
    Position position = here();
    List<ConfigTree> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(token));
    }
    return new ConfigTree.Sequence(position, items);
  }

  private Position here() {
    return position(file, parser.currentTokenLocation());
  }

  private static Position position(String file, TokenStreamLocation place) {
    return new Position(file, Math.max(0, place.getLineNr()), Math.max(0, place.getColumnNr()));
  }
}
