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
import java.util.concurrent.CopyOnWriteArrayList;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.GlobalOptions.LogLevel;
import org.alknet.cli.context.LogFormat;
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
        .platform(new QuietPlatform(secrets))
        .build();
  }

  /** Runs a command line. */
  public Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit = AlknetCommand.run(context(out, err), arguments);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
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
    public void logLevel(LogLevel level) {
      levels.add(level);
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
