package org.alknet.core.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;

/**
 * A configuration as a parser hands it over: tables, sequences and scalars, each with its place in
 * a file. Core knows no file format; whoever parses TOML or JSON builds this tree.
 *
 * <p>Immutable. No text form shows a value, because values may be hashes.
 */
public sealed interface ConfigTree {
  /** Returns where the value begins. */
  Position position();

  /** Returns what this is, for a message: {@code a table}, {@code a text}. */
  String kind();

  /**
   * Named values in the order of the file. A key may occur twice, if the parser lets it pass; the
   * loader reports it.
   *
   * @param position where it begins
   * @param entries its content
   */
  record Table(Position position, List<Entry> entries) implements ConfigTree {
    /** Copies. */
    public Table {
      Objects.requireNonNull(position, "position");
      entries = List.copyOf(entries);
    }

    /** Finds the first value with this key. */
    public Optional<Entry> find(String key) {
      return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    /** Returns this table without a key, for a caller with keys of its own in it. */
    public Table without(String key) {
      return new Table(
          position, entries.stream().filter(entry -> !entry.key().equals(key)).toList());
    }

    /** Returns this table with a value in place of the one that has this key; order is kept. */
    public Table with(String key, ConfigTree value) {
      return new Table(
          position,
          entries.stream()
              .map(e -> e.key().equals(key) ? new Entry(key, e.position(), value) : e)
              .toList());
    }

    @Override
    public String kind() {
      return "a table";
    }
  }

  /**
   * A value with its name.
   *
   * @param key without quotes or path
   * @param position where the key stands
   * @param value what it names
   */
  record Entry(String key, Position position, ConfigTree value) {
    /** Refuses null. */
    public Entry {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(value, "value");
    }
  }

  /**
   * Values in order.
   *
   * @param position where it begins
   * @param items its content
   */
  record Sequence(Position position, List<ConfigTree> items) implements ConfigTree {
    /** Copies. */
    public Sequence {
      Objects.requireNonNull(position, "position");
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * A text.
   *
   * @param position where it begins
   * @param value unescaped
   */
  record Text(Position position, String value) implements ConfigTree {
    /** Refuses null. */
    public Text {
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String kind() {
      return "a text";
    }

    /** Shows the place only. */
    @Override
    public String toString() {
      return "Text[" + position + "]";
    }
  }

  /**
   * A whole number.
   *
   * @param position where it begins
   * @param value the number
   */
  record Whole(Position position, long value) implements ConfigTree {
    /** Refuses null. */
    public Whole {
      Objects.requireNonNull(position, "position");
    }

    @Override
    public String kind() {
      return "a whole number";
    }

    /** Shows the place only. */
    @Override
    public String toString() {
      return "Whole[" + position + "]";
    }
  }

  /**
   * True or false.
   *
   * @param position where it begins
   * @param value the flag
   */
  record Flag(Position position, boolean value) implements ConfigTree {
    /** Refuses null. */
    public Flag {
      Objects.requireNonNull(position, "position");
    }

    @Override
    public String kind() {
      return "true or false";
    }
  }

  /**
   * A value of a kind that no setting has: a fraction, a date, a null.
   *
   * @param position where it begins
   * @param kind for messages, with its article
   * @param text its spelling, to notice changes
   */
  record Other(Position position, String kind, String text) implements ConfigTree {
    /** Refuses null. */
    public Other {
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(text, "text");
    }

    /** Shows kind and place only. */
    @Override
    public String toString() {
      return "Other[" + kind + " " + position + "]";
    }
  }
}
