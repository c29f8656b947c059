package org.alknet.core.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.observe.LogLine;

/**
 * Reads one table strictly: unknown and repeated keys and wrong types are reported, never skipped
 * in silence, and a setting that cannot be read counts as absent from then on.
 *
 * <p>Not thread-safe.
 */
final class TableReader {
  private final ConfigTree.Table table;
  private final String path;
  private final Problems problems;

  TableReader(ConfigTree.Table table, String path, Problems problems, List<String> known) {
    this.table = table;
    this.path = path;
    this.problems = problems;
    Map<String, Position> seen = new HashMap<>();
    for (ConfigTree.Entry entry : table.entries()) {
      Position first = seen.putIfAbsent(entry.key(), entry.position());
      if (first != null) {
        reportKey(entry, "occurs twice, first at " + first);
      } else if (!known.contains(entry.key())) {
        reportKey(entry, "is not a known setting" + Suggestions.hint(entry.key(), known));
      } else {
        problems.locate(pathOf(entry.key()), entry.position());
      }
    }
  }

  boolean has(String key) {
    return table.find(key).isPresent();
  }

  String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Returns where a key stands, or the table if it has no such key. */
  Position position(String key) {
    return table.find(key).map(ConfigTree.Entry::position).orElse(table.position());
  }

  void report(String key, String message) {
    problems.report(position(key), pathOf(key), message);
  }

  Optional<String> text(String key) {
    return value(key, ConfigTree.Text.class, "a text").map(ConfigTree.Text::value);
  }

  Optional<String> requiredText(String key) {
    if (!has(key)) {
      report(key, "is required");
    }
    return text(key);
  }

  Optional<Long> whole(String key) {
    return value(key, ConfigTree.Whole.class, "a whole number").map(ConfigTree.Whole::value);
  }

  /** Reads a whole number that fits an int; larger ones are out of every range we have. */
  Optional<Integer> number(String key) {
    Optional<Long> value = whole(key);
    if (value.isPresent() && value.get() != value.get().intValue()) {
      report(key, "is out of range");
      return Optional.empty();
    }
    return value.map(Long::intValue);
  }

  Optional<Boolean> flag(String key) {
    return value(key, ConfigTree.Flag.class, "true or false").map(ConfigTree.Flag::value);
  }

  Optional<Duration> duration(String key) {
    Optional<String> text = text(key);
    Optional<Duration> duration = text.flatMap(Durations::parse);
    if (text.isPresent() && duration.isEmpty()) {
      report(key, "is a duration such as \"2s\", \"500ms\" or \"10m\"");
    }
    return duration;
  }

  /** Reads a list of texts; empty if there is none or one of them is no text. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    List<ConfigTree> items = items(key);
    for (int i = 0; i < items.size(); i++) {
      ConfigTree item = items.get(i);
      problems.locate(pathOf(key) + "[" + i + "]", item.position());
      if (item instanceof ConfigTree.Text text) {
        texts.add(text.value());
      } else {
        problems.report(
            item.position(), pathOf(key) + "[" + i + "]", "is a text, not " + item.kind());
      }
    }
    return texts.size() == items.size() ? texts : List.of();
  }

  List<ConfigTree> items(String key) {
    return value(key, ConfigTree.Sequence.class, "a list")
        .map(ConfigTree.Sequence::items)
        .orElse(List.of());
  }

  Optional<ConfigTree.Table> table(String key) {
    return value(key, ConfigTree.Table.class, "a table");
  }

  Optional<TableReader> section(String key, List<String> known) {
    return table(key).map(found -> new TableReader(found, pathOf(key), problems, known));
  }

  Optional<ConfigTree> any(String key) {
    return table.find(key).map(ConfigTree.Entry::value);
  }

  /** Reads one of a few words. */
  Optional<String> word(String key, List<String> words) {
    Optional<String> text = text(key);
    if (text.isPresent() && !words.contains(text.get())) {
      report(key, "is one of " + String.join(", ", words) + Suggestions.hint(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  private <T extends ConfigTree> Optional<T> value(String key, Class<T> type, String wanted) {
    Optional<ConfigTree> found = any(key);
    if (found.isPresent() && !type.isInstance(found.get())) {
      report(key, "is " + wanted + ", not " + found.get().kind());
    }
    return found.filter(type::isInstance).map(type::cast);
  }

  private void reportKey(ConfigTree.Entry entry, String message) {
    problems.report(entry.position(), pathOf(LogLine.escape(entry.key())), message);
  }
}
