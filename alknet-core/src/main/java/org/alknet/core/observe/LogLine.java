package org.alknet.core.observe;

import java.util.Map;
import java.util.Objects;

/**
 * One line of a security or life-cycle log: {@code event=name key=value …} in the order given, in a
 * form that a blocking tool can parse and that no remote text can break out of (spec/core.md
 * section 17). Values are cut to {@value #MAX_VALUE_CHARACTERS} characters, made printable ASCII,
 * and quoted if they are not one plain word.
 *
 * <p>Not thread-safe.
 */
public final class LogLine {
  /** Characters of a value that are shown, counted before escaping. */
  public static final int MAX_VALUE_CHARACTERS = 128;

  private final StringBuilder line = new StringBuilder(160);

  private LogLine(String event) {
    line.append("event=").append(Objects.requireNonNull(event, "event"));
  }

  /**
   * Starts a line.
   *
   * @param event a fixed name of lowercase letters and underscores
   */
  public static LogLine event(String event) {
    return new LogLine(event);
  }

  /**
   * Adds a field.
   *
   * @param key a fixed name of lowercase letters and underscores
   * @param value any text, a hostile peer's included
   */
  public LogLine field(String key, String value) {
    line.append(' ').append(key).append('=');
    String shown = escape(value);
    if (shown.isEmpty() || shown.matches(".*[ =].*") || !shown.equals(value)) {
      line.append('"').append(shown).append('"');
    } else {
      line.append(shown);
    }
    return this;
  }

  /** Adds a number. */
  public LogLine field(String key, long value) {
    line.append(' ').append(key).append('=').append(value);
    return this;
  }

  /** Adds fields in the order of the map. */
  public LogLine fields(Map<String, String> values) {
    values.forEach(this::field);
    return this;
  }

  /**
   * Makes text fit for a log or a terminal: cut, and everything but printable ASCII, the quote and
   * the backslash replaced by {@code \}{@code uXXXX}.
   */
  public static String escape(String text) {
    int length = Math.min(text.length(), MAX_VALUE_CHARACTERS);
    StringBuilder shown = new StringBuilder(length + 3);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
        shown.append(c);
      } else {
        shown.append(String.format("\\u%04x", (int) c));
      }
    }
    return length < text.length() ? shown.append("...").toString() : shown.toString();
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
