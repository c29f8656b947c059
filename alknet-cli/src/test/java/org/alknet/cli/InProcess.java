package org.alknet.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.alknet.canary.Canaries;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.GlobalOptions.LogLevel;
import org.alknet.cli.context.LogFormat;
import org.alknet.cli.context.PasswordCost;
import org.alknet.cli.context.Platform;

/** Runs command lines in this process, with streams and directories of their own. */
public final class InProcess {
  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = new byte[0];
  private boolean terminal;
  private final Deque<String> secrets = new ArrayDeque<>();

  /** Works in this directory, which is home and working directory. */
  public InProcess(Path home) {
    this.home = home;
  }

  /** Sets a variable. */
  public InProcess with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets standard input. */
  public InProcess input(String text) {
    input = text.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** Pretends to be a terminal. */
  public InProcess terminal() {
    terminal = true;
    return this;
  }

  /** Types these when asked for secrets, one after the other. */
  public InProcess types(String... answers) {
    secrets.addAll(List.of(answers));
    return this;
  }

  /** Returns a context as the command lines get it. */
  public CliContext context(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return CliContext.builder()
        .out(out)
        .err(err)
        .in(new ByteArrayInputStream(input))
        .environment(environment)
        .home(home)
        .workingDirectory(home)
        .terminal(terminal)
        .passwordCost(PasswordCost.LEAST)
        .platform(new QuietPlatform(secrets))
        .build();
  }

  /** Runs a command line. */
  public Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit = AlknetCommand.run(context(out, err), arguments);
    Result result =
        new Result(
            exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    // Whatever a test is about, what a command prints has the shape that is published for it.
    PublishedShapes.check(result.out());
    PublishedShapes.check(result.err());
    if (!Canaries.namesIn(result.err()).isEmpty()) {
      throw new AssertionError("standard error shows " + Canaries.namesIn(result.err()));
    }
    return result;
  }

  /** Starts a command line that goes on until it is told to stop. */
  Running start(String... arguments) {
    return new Running(this, arguments);
  }

  /** A command line at work on a thread of its own. */
  static final class Running implements AutoCloseable {
    private static final long LIMIT_SECONDS = 90;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exit;
    private final QuietPlatform platform;

    private Running(InProcess process, String... arguments) {
      CliContext context = process.context(out, err);
      this.platform = (QuietPlatform) context.platform();
      this.exit =
          CompletableFuture.supplyAsync(
              () -> AlknetCommand.run(context, arguments),
              run -> new Thread(run, "command").start());
    }

    /** Waits until standard output or standard error holds the text. */
    void await(String text) throws Exception {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
      while (!out().contains(text) && !err().contains(text)) {
        if (exit.isDone() || System.nanoTime() > deadline) {
          throw new AssertionError("never said " + text + "\n" + out() + err());
        }
        // Looks again soon; the end of the command ends the pause early.
        exit.copy().completeOnTimeout(0, 20, TimeUnit.MILLISECONDS).get();
      }
    }

    /** Sends a signal and returns the exit code. */
    int stop(String signal) throws Exception {
      platform.raise(signal);
      return exit();
    }

    /** Waits for the end and returns the exit code. */
    int exit() throws Exception {
      return exit.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      if (!exit.isDone()) {
        platform.raise("INT");
        exit.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
      }
    }
  }

  /**
   * What came of it.
   *
   * @param exit exit code
   * @param out standard output
   * @param err standard error
   */
  public record Result(int exit, String out, String err) {}

  /** A process that is never told anything and tells nobody. */
  public static final class QuietPlatform implements Platform {
    private final Map<String, Runnable> signals = new HashMap<>();
    private final List<Integer> exits = new ArrayList<>();
    private final List<LogLevel> levels = new CopyOnWriteArrayList<>();
    private final List<List<String>> besides = new CopyOnWriteArrayList<>();
    private final Deque<String> secrets;

    /** Creates one in which nobody types anything. */
    public QuietPlatform() {
      this(new ArrayDeque<>());
    }

    /** Creates one in which somebody types these when asked for secrets. */
    QuietPlatform(Deque<String> secrets) {
      this.secrets = secrets;
    }

    @Override
    public boolean onSignal(String name, Runnable action) {
      signals.put(name, action);
      return true;
    }

    @Override
    public void atExit(Runnable action) {}

    @Override
    public void exit(int code) {
      exits.add(code);
    }

    @Override
    public Optional<char[]> askSecret(String prompt) {
      return Optional.ofNullable(secrets.poll()).map(String::toCharArray);
    }

    @Override
    public void prepareLibraries(Path natives, LogLevel level, LogFormat format) {}

    @Override
    public OptionalInt columns() {
      return OptionalInt.empty();
    }

    @Override
    public void logLevel(LogLevel level) {
      levels.add(level);
    }

    @Override
    public void startBeside(String marker, List<String> arguments) {
      besides.add(List.copyOf(arguments));
    }

    /** Returns the command lines that were to run beside this one. */
    public List<List<String>> besides() {
      return List.copyOf(besides);
    }

    /** Returns the levels that were put in force after the start. */
    public List<LogLevel> levels() {
      return List.copyOf(levels);
    }

    /** Sends a signal. */
    public void raise(String name) {
      Objects.requireNonNull(signals.get(name), name).run();
    }

    /** Returns the codes with which the process was to end. */
    public List<Integer> exits() {
      return List.copyOf(exits);
    }
  }
}
