package org.alknet.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * A table for people: a header, left-aligned columns, no borders. Cells are escaped; rows are cut
 * to the width of a terminal, and never where there is none.
 *
 * <p>Not thread-safe.
 */
public final class TableWriter {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Starts a table with these headings. */
  public TableWriter(String... headings) {
    rows.add(List.of(headings));
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not one cell for each heading
   */
  public TableWriter row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException("a row has " + rows.get(0).size() + " cells");
    }
    List<String> row = new ArrayList<>();
    for (String cell : cells) {
      row.add(Escape.text(cell));
    }
    rows.add(row);
    return this;
  }

  /**
   * Returns the lines of the table.
   *
   * @param width most characters of a line; 0 for no limit
   * @param styles how the heading and what is left out look
   */
  public List<String> lines(int width, Styles styles) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      String line = cut(line(row, widths), width, styles);
      lines.add(lines.isEmpty() ? styles.strong(line) : line);
    }
    return lines;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      line.append(cell);
      if (i < widths.length - 1) {
        line.append(" ".repeat(widths[i] - length(cell))).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String line, int width, Styles styles) {
    if (width <= 0 || length(line) <= width) {
      return line;
    }
    int keep = Math.max(0, width - styles.ellipsis().length());
    return line.substring(0, line.offsetByCodePoints(0, keep)) + styles.ellipsis();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
