package org.alknet.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.cli.InProcess.Result;

/**
 * Runs lines of a shell that begin with {@code alknet} in this process. Knows quotes, a backslash
 * at the end of a line, {@code <}, {@code >}, {@code $(cat FILE)} and {@code $(alknet …)}; what is
 * behind a {@code |} is left out.
 */
final class ShellLines {
  private static final Pattern WORD =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|([^\\s\"']+)");
  private static final Pattern COMMAND = Pattern.compile("\\$\\((cat|alknet) ([^)]*)\\)");

  private final Path home;
  private final boolean processes;

  /** Works in this directory, which is home and working directory. */
  ShellLines(Path home) {
    this(home, false);
  }

  private ShellLines(Path home, boolean processes) {
    this.home = home;
    this.processes = processes;
  }

  /** Returns one that runs the packaged tool, unless a line has something for its input. */
  ShellLines inProcesses() {
    return new ShellLines(home, true);
  }

  /** Runs a line. */
  Result run(String text) throws Exception {
    String line = text.replace("\\\n", " ").replaceAll("\\s+\\|.*", "");
    Matcher command = COMMAND.matcher(line);
    while (command.find()) {
      String output =
          command.group(1).equals("cat")
              ? Files.readString(home.resolve(command.group(2)))
              : run("alknet " + command.group(2)).out();
      line = line.replace(command.group(), quoted(output.strip()));
      command = COMMAND.matcher(line);
    }
    List<String> words = words(line);
    InProcess process = new InProcess(home);
    Optional<String> from = redirect(words, "<");
    Optional<String> to = redirect(words, ">");
    redirect(words, "3<");
    if (from.isPresent()) {
      process.input(Files.readString(resolve(from.get())));
    }
    List<String> arguments = words.subList(1, words.size());
    if (arguments.contains("--new-password-fd")) {
      // No shell, no descriptor of that number: the file instead, which is what it would lead to.
      int at = arguments.indexOf("--new-password-fd");
      arguments.set(at, "--new-password-file");
      arguments.set(at + 1, "new-password");
    }
    boolean alone = processes && from.isEmpty() && !text.contains("3<");
    Result result = alone ? real(arguments) : process.run(arguments.toArray(String[]::new));
    if (to.isPresent()) {
      Files.writeString(resolve(to.get()), result.out());
    }
    return result;
  }

  private Result real(List<String> arguments) throws InterruptedException {
    try (RunningCli cli = RunningCli.start(home, arguments.toArray(String[]::new))) {
      int exit = cli.exit();
      return new Result(exit, cli.out(), cli.err());
    }
  }

  private Path resolve(String file) {
    return home.resolve(file.replaceFirst("^~/", ""));
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  /** Returns the words of a line. */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        words.add(matcher.group(1).replaceAll("\\\\(.)", "$1"));
      } else {
        words.add(matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
      }
    }
    return words;
  }

  private static Optional<String> redirect(List<String> words, String sign) {
    int at = words.indexOf(sign);
    if (at < 0) {
      at =
          words.stream()
              .filter(word -> word.startsWith(sign))
              .map(words::indexOf)
              .findFirst()
              .orElse(-1);
    }
    if (at < 0 || !(sign.equals(words.get(at)) || sign.equals("3<"))) {
      return Optional.empty();
    }
    String file = words.remove(at + 1);
    words.remove(at);
    return Optional.of(file);
  }
}
