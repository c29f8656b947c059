package org.alknet.cli;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine;

/**
 * Puts commands below the root: all of them, or those that a line may mean.
 *
 * <p>Immutable.
 */
final class CommandTree {
  /** Options of the root that tell what a command tells. */
  private static final Set<String> VERSION = Set.of("--version", "-V");

  /** Commands that tell of all the others. */
  private static final Set<String> ABOUT_ALL = Set.of("help", "completion", "man");

  private final Commands commands;

  CommandTree(Invocation invocation) {
    this.commands = new Commands(invocation);
  }

  /** Adds all commands to the root. */
  void addTo(CommandLine line) {
    addCodes(line);
    below("").forEach(path -> addAll(line, path));
  }

  /**
   * Adds the commands that these words may mean. Reading the annotations of all of them costs more
   * than most commands do.
   *
   * @return whether some were left out, so that words nobody knows may still be one of those
   */
  boolean addTo(CommandLine line, Collection<String> words) {
    List<String> named = named("", words);
    if (named.isEmpty() && words.stream().anyMatch(VERSION::contains)) {
      named = List.of("version");
    }
    if (named.isEmpty() || words.stream().anyMatch(ABOUT_ALL::contains)) {
      addTo(line);
      return false;
    }
    addCodes(line);
    for (String path : named) {
      CommandLine added = add(line, path);
      List<String> meant = named(path, words);
      (meant.isEmpty() ? below(path) : meant).forEach(one -> addAll(added, one));
    }
    return true;
  }

  private void addAll(CommandLine parent, String path) {
    CommandLine added = add(parent, path);
    below(path).forEach(one -> addAll(added, one));
  }

  /** Returns the commands that stand directly below one, or below the root, whose path is empty. */
  private static List<String> below(String group) {
    String start = group.isEmpty() ? "" : group + " ";
    return Commands.PATHS.stream()
        .filter(path -> path.startsWith(start) && path.indexOf(' ', start.length()) < 0)
        .toList();
  }

  private static List<String> named(String group, Collection<String> words) {
    return below(group).stream()
        .filter(path -> words.contains(path.substring(path.lastIndexOf(' ') + 1)))
        .toList();
  }

  private static void addCodes(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .exitCodeList(
            Commands.shown(ExitCodes.table().stream().mapToInt(ExitCodes.Row::code).toArray()));
  }

  private CommandLine add(CommandLine parent, String path) {
    CommandLine line = commands.of(path);
    AlknetCommand.keepLines(line);
    parent.addSubcommand(line);
    return line;
  }
}
