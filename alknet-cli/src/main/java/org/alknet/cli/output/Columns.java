package org.alknet.cli.output;

/** Widths on a terminal. */
public final class Columns {
  private static final char ESCAPE = '\u001b';

  private Columns() {}

  /**
   * Cuts a line that may hold our own colours; they take no room, and none is left switched on.
   *
   * @param width most characters; 0 for no limit
   */
  public static String cut(String line, int width, Styles styles) {
    if (width <= 0 || length(line) <= width) {
      return line;
    }
    int keep = Math.max(0, width - styles.ellipsis().length());
    StringBuilder shown = new StringBuilder();
    boolean coloured = false;
    int length = 0;
    for (int i = 0; i < line.length() && length < keep; ) {
      if (line.charAt(i) == ESCAPE) {
        int end = line.indexOf('m', i) + 1;
        shown.append(line, i, end);
        coloured = true;
        i = end;
      } else {
        int character = line.codePointAt(i);
        shown.appendCodePoint(character);
        i += Character.charCount(character);
        length++;
      }
    }
    return shown + (coloured ? ESCAPE + "[0m" : "") + styles.ellipsis();
  }

  private static int length(String line) {
    return (int) line.replaceAll(ESCAPE + "\\[[0-9]+m", "").codePoints().count();
  }
}
