package org.alknet.core.config;

import java.util.ArrayList;
import java.util.List;
import org.alknet.core.config.ConfigProblem.Position;

/** Builds trees for tests; every value stands on a line of its own, counted while building. */
final class Trees {
  static final String FILE = "alknet.toml";

  private int line;

  /** Takes keys and values in turn; values are trees, or Java values for scalars and lists. */
  ConfigTree.Table table(Object... keysAndValues) {
    Position start = next();
    List<ConfigTree.Entry> entries = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.add(
          new ConfigTree.Entry((String) keysAndValues[i], next(), value(keysAndValues[i + 1])));
    }
    return new ConfigTree.Table(start, entries);
  }

  ConfigTree value(Object value) {
    if (value instanceof ConfigTree tree) {
      return tree;
    }
    if (value instanceof String text) {
      return new ConfigTree.Text(here(), text);
    }
    if (value instanceof Number number) {
      return number instanceof Double
          ? new ConfigTree.Other(here(), "a fraction", number.toString())
          : new ConfigTree.Whole(here(), number.longValue());
    }
    if (value instanceof Boolean flag) {
      return new ConfigTree.Flag(here(), flag);
    }
    return new ConfigTree.Sequence(here(), ((List<?>) value).stream().map(this::value).toList());
  }

  private Position here() {
    return new Position(FILE, Math.max(line, 1), 1);
  }

  private Position next() {
    line++;
    return here();
  }
}
