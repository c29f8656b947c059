package org.alknet.cli.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.config.ConfigTree;

/**
 * One of the tool's own tables, read strictly: unknown and repeated keys and wrong types are
 * reported, and count as absent from then on.
 *
 * <p>Not thread-safe.
 */
public final class Settings {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private final ConfigTree.Table table;
  private final String path;
  private final ProblemList problems;

  /**
   * Checks the keys of a table.
   *
   * @param path of the table; empty for the whole file
   * @param known the keys it may have
   */
  public Settings(ConfigTree.Table table, String path, ProblemList problems, List<String> known) {
    this.table = table;
    this.path = path;
    this.problems = problems;
    Map<String, Position> seen = new HashMap<>();
    for (ConfigTree.Entry entry : table.entries()) {
      Position first = seen.putIfAbsent(entry.key(), entry.position());
      if (first != null) {
        report(entry.position(), entry.key(), "occurs twice, first at " + first);
      } else if (!known.contains(entry.key())) {
        report(
            entry.position(),
            entry.key(),
            "is not a known setting" + NearMiss.hint(entry.key(), known));
      }
    }
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return table.find(key).isPresent();
  }

  /** Reports a problem at a key, or at the table if it has no such key. */
  public void report(String key, String message) {
    report(table.find(key).map(ConfigTree.Entry::position).orElse(table.position()), key, message);
  }

  private void report(Position position, String key, String message) {
    problems.add(position, pathOf(key), message);
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Reads a text. */
  public Optional<String> text(String key) {
    return value(key, ConfigTree.Text.class, "a text").map(ConfigTree.Text::value);
  }

  /** Reads a list of texts; an entry that is none is reported and left out. */
  public List<String> texts(String key) {
    return texts(
        key,
        value(key, ConfigTree.Sequence.class, "a list of texts")
            .map(ConfigTree.Sequence::items)
            .orElse(List.of()));
  }

  /** Reads one text, or a list of texts. */
  public List<String> textOrTexts(String key) {
    Optional<ConfigTree> found = table.find(key).map(ConfigTree.Entry::value);
    return found.isPresent() && found.get() instanceof ConfigTree.Sequence list
        ? texts(key, list.items())
        : text(key).map(List::of).orElse(List.of());
  }

  private List<String> texts(String key, List<ConfigTree> items) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof ConfigTree.Text text) {
        texts.add(text.value());
      } else {
        report(
            items.get(i).position(), key + "[" + i + "]", "is a text, not " + items.get(i).kind());
      }
    }
    return texts;
  }

  /** Reads a text that has to be there. */
  public String required(String key) {
    if (!has(key)) {
      report(key, "is required");
    }
    return text(key).orElse("");
  }

  /** Reads a flag. */
  public Optional<Boolean> flag(String key) {
    return value(key, ConfigTree.Flag.class, "true or false").map(ConfigTree.Flag::value);
  }

  /** Reads a whole number between two bounds, both included. */
  public Optional<Integer> number(String key, int least, int most) {
    Optional<Long> number =
        value(key, ConfigTree.Whole.class, "a whole number").map(ConfigTree.Whole::value);
    if (number.isPresent() && (number.get() < least || number.get() > most)) {
      report(key, "is " + least + " to " + most);
      return Optional.empty();
    }
    return number.map(Long::intValue);
  }

  /** Reads one of a few words. */
  public Optional<String> word(String key, List<String> words) {
    Optional<String> text = text(key);
    if (text.isPresent() && !words.contains(text.get())) {
      report(key, "is one of " + String.join(", ", words) + NearMiss.hint(text.get(), words));
      return Optional.empty();
    }
    return text;
  }

  /** Reads a duration such as {@code 30s}. */
  public Optional<Duration> duration(String key) {
    Optional<String> text = text(key);
    Optional<Duration> duration = text.flatMap(Settings::parse);
    if (text.isPresent() && duration.isEmpty()) {
      report(key, "is a duration such as \"2s\", \"500ms\" or \"10m\"");
    }
    return duration;
  }

  /** Reads a duration; empty if it is none. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }

  /** Reads a path, relative to the given directory. */
  public Optional<Path> path(String key, Path directory) {
    Optional<String> text = text(key);
    if (text.isPresent() && text.get().isEmpty()) {
      report(key, "is a path, and not empty");
      return Optional.empty();
    }
    return text.map(directory::resolve).map(Path::normalize);
  }

  /** Reads a table. */
  public Optional<Settings> section(String key, List<String> known) {
    return value(key, ConfigTree.Table.class, "a table")
        .map(found -> new Settings(found, pathOf(key), problems, known));
  }

  /** Reads a list of tables. */
  public List<Settings> sections(String key, List<String> known) {
    List<ConfigTree> items =
        value(key, ConfigTree.Sequence.class, "a list of tables")
            .map(ConfigTree.Sequence::items)
            .orElse(List.of());
    List<Settings> sections = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String at = key + "[" + i + "]";
      if (items.get(i) instanceof ConfigTree.Table item) {
        sections.add(new Settings(item, pathOf(at), problems, known));
      } else {
        report(items.get(i).position(), at, "is a table, not " + items.get(i).kind());
      }
    }
    return sections;
  }

  private <T extends ConfigTree> Optional<T> value(String key, Class<T> type, String wanted) {
    Optional<ConfigTree> found = table.find(key).map(ConfigTree.Entry::value);
    if (found.isPresent() && !type.isInstance(found.get())) {
      report(key, "is " + wanted + ", not " + found.get().kind());
    }
    return found.filter(type::isInstance).map(type::cast);
  }
}
