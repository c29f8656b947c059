package org.alknet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.cli.assembly.CompletionNames;
import org.alknet.cli.assembly.CompletionNames.Kind;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.SavedRemotes;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The hidden command {@code __complete WORD… CURRENT}: prints the names that may stand where the
 * last word is, a line each, or nothing (spec/cli.md section 14). The scripts of {@code completion}
 * call it.
 *
 * <p>Whatever happens, it prints no error, ends with 0, and has an answer within its budget or
 * none. It dials nobody and opens no database: names that are old are asked for by a process of
 * their own, for the next time.
 *
 * <p>Not thread-safe.
 */
final class Completer {
  static final String COMMAND = "__complete";

  /** What is left of the 300 ms somebody waits when the JVM is up. */
  static final Duration BUDGET = Duration.ofMillis(250);

  private static final int MOST = 1000;

  private final CliContext context;
  private final CommandLine root;
  private final Map<String, String> given = new HashMap<>();
  private CommandLine at;
  private int position;
  private boolean optionsEnded;
  private Optional<OptionSpec> pending = Optional.empty();

  private Completer(CliContext context, CommandLine root) {
    this.context = context;
    this.root = root;
    this.at = root;
  }

  /**
   * Prints what fits.
   *
   * @param words of the command line, without the tool itself; the last one is being typed
   * @param budget after which nothing is printed
   */
  static int run(CliContext context, List<String> words, Duration budget) {
    long began = System.nanoTime();
    CompletableFuture<List<String>> found = new CompletableFuture<>();
    Thread worker =
        new Thread(
            () -> {
              try {
                found.complete(candidates(context, words));
              } catch (RuntimeException | NodeException | LinkageError nothing) {
                found.completeExceptionally(nothing);
              }
            },
            "alknet-complete");
    worker.setDaemon(true);
    worker.start();
    try {
      List<String> candidates = found.get(budget.toNanos(), TimeUnit.NANOSECONDS);
      if (System.nanoTime() - began >= budget.toNanos()) {
        return ExitCodes.OK; // it was there in time, and this thread was not
      }
      for (String candidate : candidates) {
        context.out().line(candidate);
      }
      context.out().flush();
    } catch (TimeoutException | ExecutionException | IOException nothing) {
      // Somebody pressed a key: there is no place for an error, and they can go on typing.
      return ExitCodes.OK;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return ExitCodes.OK;
  }

  private static List<String> candidates(CliContext context, List<String> words)
      throws NodeException {
    if (words.isEmpty()) {
      return List.of();
    }
    List<String> before = words.subList(0, words.size() - 1);
    Completer completer =
        new Completer(
            context,
            AlknetCommand.commandsNamedIn(new Invocation(context, new GlobalOptions()), before));
    before.forEach(completer::read);
    return completer.candidates(words.get(words.size() - 1));
  }

  private void read(String word) {
    if (word.equals("=")) {
      return; // bash breaks --remote=hub into three
    }
    if (pending.isPresent()) {
      remember(pending.get(), word);
      pending = Optional.empty();
    } else if (!optionsEnded && word.equals("--")) {
      optionsEnded = true;
    } else if (!optionsEnded && word.length() > 1 && word.startsWith("-")) {
      option(word);
    } else {
      CommandLine child = position == 0 ? at.getSubcommands().get(word) : null;
      if (child == null) {
        position++;
      } else {
        at = child;
      }
    }
  }

  private void option(String word) {
    int equals = word.indexOf('=');
    Optional<OptionSpec> option = find(equals < 0 ? word : word.substring(0, equals));
    if (option.isPresent() && equals >= 0) {
      remember(option.get(), word.substring(equals + 1));
    } else {
      pending = option.filter(known -> known.arity().min() > 0);
    }
  }

  private Optional<OptionSpec> find(String name) {
    return Optional.ofNullable(at.getCommandSpec().findOption(name))
        .or(() -> Optional.ofNullable(root.getCommandSpec().findOption(name)));
  }

  private void remember(OptionSpec option, String value) {
    given.put(option.longestName(), value);
  }

  private List<String> candidates(String typed) throws NodeException {
    String current = typed.equals("=") ? "" : typed;
    if (pending.isPresent()) {
      return fitting(pending.get(), "", current);
    }
    if (!optionsEnded && current.startsWith("-")) {
      int equals = current.indexOf('=');
      Optional<OptionSpec> option =
          equals < 0 ? Optional.empty() : find(current.substring(0, equals));
      return option.isEmpty()
          ? List.of()
          : fitting(option.get(), current.substring(0, equals + 1), current.substring(equals + 1));
    }
    Optional<PositionalParamSpec> parameter =
        at.getCommandSpec().positionalParameters().stream()
            .filter(one -> one.index().contains(position))
            .findFirst();
    return parameter.isEmpty() ? List.of() : fitting(parameter.get(), "", current);
  }

  /**
   * Returns the names that begin with what is typed.
   *
   * @param before what stands before each of them in the same word
   */
  private List<String> fitting(ArgSpec argument, String before, String typed) throws NodeException {
    // An operation may be written with the slash it has on the wire.
    boolean slash = argument.paramLabel().equals("OPERATION") && typed.startsWith("/");
    String prefix = before + (slash ? "/" : "");
    String start = slash ? typed.substring(1) : typed;
    return names(argument.paramLabel()).stream()
        .filter(name -> name.startsWith(start) && CompletionNames.isPlain(name))
        .limit(MOST)
        .map(name -> prefix + name)
        .toList();
  }

  private Collection<String> names(String label) throws NodeException {
    String command = at.getCommandName();
    boolean isNew = command.equals("add");
    return switch (label) {
      case "OPERATION" -> kept(Kind.OPERATIONS, caller(), operations());
      case "PROVIDER" -> kept(Kind.CREDENTIALS, "", List.of("credential", "list"));
      case "ID" -> isNew ? List.of() : kept(Kind.PEERS, "", List.of("peer", "list"));
      case "REMOTE" -> remotes();
      case "NAME" -> isRemote() && !isNew ? remotes() : List.of();
      default -> List.of();
    };
  }

  private boolean isRemote() {
    CommandLine parent = at.getParent();
    return parent != null && parent.getCommandName().equals("remote");
  }

  private Collection<String> remotes() throws NodeException {
    return SavedRemotes.load(directory()).byName().keySet();
  }

  private String caller() {
    return CompletionNames.caller(remote(), identity());
  }

  private Optional<Path> identity() {
    return Optional.ofNullable(given.get("--identity")).map(this::path);
  }

  private Optional<String> remote() {
    return Optional.ofNullable(given.get("--remote")).or(() -> context.variable("ALKNET_REMOTE"));
  }

  private List<String> operations() {
    List<String> line = new ArrayList<>(List.of("ls"));
    remote().ifPresent(name -> line.addAll(List.of("--remote", name)));
    identity().ifPresent(file -> line.addAll(List.of("--identity", file.toString())));
    return line;
  }

  /** Returns names a command found, and starts the command again if that was a while ago. */
  private List<String> kept(Kind kind, String of, List<String> command) {
    CompletionNames names = new CompletionNames(directory(), Clock.systemUTC());
    CompletionNames.Found found = names.read(kind, of);
    if (!found.fresh() && names.claim(kind, of)) {
      List<String> line = new ArrayList<>();
      line.addAll(List.of("--data-dir", directory().root().toString()));
      Optional.ofNullable(given.get("--config"))
          .ifPresent(file -> line.addAll(List.of("--config", path(file).toString())));
      line.addAll(List.of("--quiet", "--no-input", "--timeout", "10s"));
      line.addAll(command);
      context.platform().startBeside(COMMAND, line);
    }
    return found.names();
  }

  private DataDirectory directory() {
    return new DataDirectory(
        Optional.ofNullable(given.get("--data-dir"))
            .or(() -> context.variable("ALKNET_DATA_DIR"))
            .map(this::path)
            .orElseGet(() -> context.home().resolve(".alknet")));
  }

  /** The shell has not replaced the tilde yet. */
  private Path path(String typed) {
    return typed.startsWith("~/")
        ? context.home().resolve(typed.substring(2))
        : context.resolve(typed);
  }
}
