package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command says about itself, taken apart: help, manual pages and tests all read the same
 * lines.
 *
 * <p>Immutable.
 *
 * @param name with those of its parents, such as {@code alknet peer add}
 * @param summary one sentence
 * @param examples command lines that work as written; one may span several lines
 * @param notes whatever else there is to say
 */
public record CommandDoc(String name, String summary, List<String> examples, List<String> notes) {
  private static final String INDENT = "  ";

  /** Copies. */
  public CommandDoc {
    examples = List.copyOf(examples);
    notes = List.copyOf(notes);
  }

  /** Reads the header of a command. */
  public static CommandDoc of(CommandSpec spec) {
    String[] header = spec.usageMessage().header();
    List<String> examples = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    boolean goesOn = false;
    for (String line : Arrays.asList(header).subList(Math.min(1, header.length), header.length)) {
      if (goesOn) {
        int last = examples.size() - 1;
        examples.set(last, examples.get(last) + "\n" + line.strip());
      } else if (line.startsWith(INDENT)) {
        examples.add(line.strip());
      } else if (!line.isEmpty()) {
        notes.add(line);
      }
      goesOn = line.endsWith("\\");
    }
    return new CommandDoc(
        spec.qualifiedName(), header.length == 0 ? "" : header[0], examples, notes);
  }
}
