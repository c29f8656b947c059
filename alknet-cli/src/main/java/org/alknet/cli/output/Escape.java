package org.alknet.cli.output;

/**
 * Makes text of unknown origin fit for a terminal: a remote must not move the cursor, change
 * colours, or let text read backwards.
 */
public final class Escape {
  /** Longest text that is shown. */
  public static final int MAX_CHARACTERS = 2000;

  private Escape() {}

  /**
   * Returns one line: control characters as {@code \xNN}, other invisible ones as {@code \}{@code
   * uNNNN}, cut to {@value #MAX_CHARACTERS} characters.
   */
  public static String text(String untrusted) {
    int length = Math.min(untrusted.length(), MAX_CHARACTERS);
    StringBuilder shown = new StringBuilder(length + 8);
    for (int i = 0; i < length; i++) {
      char c = untrusted.charAt(i);
      if (isControl(c)) {
        shown.append(String.format("\\x%02x", (int) c));
      } else if (isDeceptive(untrusted, i)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return length < untrusted.length() ? shown.append("...").toString() : shown.toString();
  }

  /**
   * Returns JSON text whose strings hold nothing a terminal obeys. It means the same, because what
   * is replaced occurs inside strings only. Line ends between values stay.
   */
  static String json(String json) {
    StringBuilder shown = null;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      boolean replace = (isControl(c) && c != '\n') || isDeceptive(json, i);
      if (replace && shown == null) {
        shown = new StringBuilder(json.length() + 16).append(json, 0, i);
      }
      if (shown != null) {
        if (replace) {
          shown.append(String.format("\\u%04x", (int) c));
        } else {
          shown.append(c);
        }
      }
    }
    return shown == null ? json : shown.toString();
  }

  private static boolean isControl(char c) {
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
  }

  /** Invisible characters, line separators, and halves of surrogate pairs. */
  private static boolean isDeceptive(String text, int at) {
    char c = text.charAt(at);
    if (c < 0x80) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return at + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
    }
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
