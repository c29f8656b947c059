package org.alknet.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads TOML into a tree. */
final class TomlTree {
  /** How the parser says that a key is there twice; everything else in the file is in the tree. */
  private static final String REPEATED = "previously defined at";

  private final String file;

  private TomlTree(String file) {
    this.file = file;
  }

  /**
   * Reads a text.
   *
   * @param file its name in positions
   * @param problems gets what is no TOML
   * @return empty if so much is wrong that the rest would make no sense
   */
  static Optional<ConfigTree.Table> parse(String file, String text, ProblemList problems) {
    TomlParseResult result = Toml.parse(text);
    TomlTree tree = new TomlTree(file);
    boolean usable = true;
    for (TomlParseError error : result.errors()) {
      String message = String.valueOf(error.getMessage());
      usable &= message.contains(REPEATED);
      problems.add(tree.position(error.position()), "", message);
    }
    return usable ? Optional.of(tree.table(result, new Position(file, 1, 1))) : Optional.empty();
  }

  private ConfigTree.Table table(TomlTable table, Position position) {
    List<ConfigTree.Entry> entries = new ArrayList<>();
    for (String key : table.keySet()) {
      List<String> path = List.of(key);
      Position place = position(table.inputPositionOf(path));
      entries.add(
          new ConfigTree.Entry(
              key, place, value(Objects.requireNonNull(table.get(path), key), place)));
    }
    entries.sort(
        Comparator.comparingInt((ConfigTree.Entry entry) -> entry.position().line())
            .thenComparingInt(entry -> entry.position().column()));
    return new ConfigTree.Table(position, entries);
  }

  private ConfigTree value(Object value, Position position) {
    if (value instanceof String text) {
      return new ConfigTree.Text(position, text);
    }
    if (value instanceof Long number) {
      return new ConfigTree.Whole(position, number);
    }
    if (value instanceof Boolean flag) {
      return new ConfigTree.Flag(position, flag);
    }
    if (value instanceof TomlTable table) {
      return table(table, position);
    }
    if (value instanceof TomlArray array) {
      return sequence(array, position);
    }
    String kind = value instanceof Double ? "a fraction" : "a date or time";
    return new ConfigTree.Other(position, kind, value.toString());
  }

  private ConfigTree sequence(TomlArray array, Position position) {
    List<ConfigTree> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      items.add(value(array.get(i), position(array.inputPositionOf(i))));
    }
    return new ConfigTree.Sequence(position, items);
  }

  private Position position(@Nullable TomlPosition place) {
    return place == null
        ? new Position(file, 0, 0)
        : new Position(file, place.line(), place.column());
  }
}
