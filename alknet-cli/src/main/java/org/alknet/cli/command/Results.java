package org.alknet.cli.command;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import org.alknet.cli.output.TableWriter;

/**
 * Prints what a command found out: one JSON document for scripts, or text for people. Everything is
 * with its reader when a method returns.
 */
final class Results {
  private final Invocation invocation;

  Results(Invocation invocation) {
    this.invocation = invocation;
  }

  /**
   * Prints lines, of which any part may come from elsewhere.
   *
   * @param kind of the document
   * @param data its members, as {@link JsonWriter#text} takes them
   */
  void print(String kind, Map<String, ?> data, String... lines) throws IOException {
    styled(kind, data, Arrays.stream(lines).map(Escape::text).toList());
  }

  /** Prints a table. */
  void table(String kind, Map<String, ?> data, TableWriter table) throws IOException {
    table(kind, data, table, false);
  }

  /**
   * Prints a table.
   *
   * @param whole whether no line of it is cut, however narrow the terminal is
   */
  void table(String kind, Map<String, ?> data, TableWriter table, boolean whole)
      throws IOException {
    int width = whole ? 0 : invocation.context().columns();
    styled(kind, data, table.lines(width, invocation.styles()));
  }

  /** Prints lines that are fit for a terminal already. */
  void styled(String kind, Map<String, ?> data, List<String> lines) throws IOException {
    if (invocation.options().json()) {
      invocation.result(JsonWriter.text(kind, data));
    } else {
      for (String line : lines) {
        invocation.result(line);
      }
    }
    invocation.context().out().flush();
  }

  /** Returns a line of a description: a name, and a value that may come from elsewhere. */
  String field(String name, String value) {
    String padded = name + " ".repeat(Math.max(1, FIELD - name.length()));
    return (invocation.styles().faint(padded) + Escape.text(value)).stripTrailing();
  }

  private static final int FIELD = 15;
}
