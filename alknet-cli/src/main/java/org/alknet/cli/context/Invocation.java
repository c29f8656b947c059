package org.alknet.cli.context;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.cli.assembly.CompletionNames;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.context.GlobalOptions.Color;
import org.alknet.cli.context.GlobalOptions.LogLevel;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.Styles;

/**
 * One run of the tool: the world around it and the options that apply to every command. Decides
 * what depends on both.
 *
 * <p>Thread-safe once the command line is parsed.
 */
public final class Invocation {
  private static final List<String> SECRET_VARIABLES =
      List.of("ALKNET_TOKEN", "ALKNET_PASSWORD", "ALKNET_MNEMONIC");

  private final CliContext context;
  private final GlobalOptions options;

  /** Combines the two. */
  public Invocation(CliContext context, GlobalOptions options) {
    this.context = Objects.requireNonNull(context, "context");
    this.options = Objects.requireNonNull(options, "options");
  }

  /** Returns the world around. */
  public CliContext context() {
    return context;
  }

  /** Returns the options of every command. */
  public GlobalOptions options() {
    return options;
  }

  /** Returns the data directory: the option, else the variable, else {@code ~/.alknet}. */
  public DataDirectory dataDirectory() {
    return new DataDirectory(
        options
            .dataDirectory()
            .or(() -> context.variable("ALKNET_DATA_DIR"))
            .map(context::resolve)
            .orElseGet(() -> context.home().resolve(".alknet")));
  }

  /** Returns what shells complete of the data directory. */
  public CompletionNames completionNames() {
    return new CompletionNames(dataDirectory(), Clock.systemUTC());
  }

  /**
   * Returns the configuration file: the option, else the variable, else the one in the data
   * directory, if there is one.
   */
  public Optional<Path> configuration() {
    return options
        .config()
        .or(() -> context.variable("ALKNET_CONFIG"))
        .map(context::resolve)
        .or(() -> NodeConfig.locate(dataDirectory()));
  }

  /** Returns how text looks on standard output and standard error. */
  public Styles styles() {
    Color when = options.color().orElseGet(this::colorVariable);
    boolean colour =
        when == Color.always
            || (when == Color.auto && context.terminal() && context.variable("NO_COLOR").isEmpty());
    return new Styles(colour, context.unicode());
  }

  private Color colorVariable() {
    return context
        .variable("ALKNET_COLOR")
        .flatMap(
            name -> Arrays.stream(Color.values()).filter(c -> c.name().equals(name)).findFirst())
        .orElse(Color.auto);
  }

  /** Prepares the libraries of a command that prints no log unless it is asked to. */
  public void prepareClient() {
    DataDirectory directory = dataDirectory();
    if (directory.exists()) {
      prepare(directory, LogLevel.off);
    } else {
      // Nothing of ours is there yet, and a client needs nothing: leave the disk alone.
      context
          .platform()
          .prepareLibraries(
              directory.natives(), givenLevel().orElse(LogLevel.off), format(Optional.empty()));
    }
  }

  /**
   * Prepares the libraries of a node.
   *
   * @param configured what its configuration says, if there is one
   * @throws NodeException if the data directory cannot be used
   */
  public void prepareNode(Optional<NodeConfig.Logging> configured) throws NodeException {
    DataDirectory directory = dataDirectory();
    directory.create();
    LogLevel usual = options.quiet() ? LogLevel.warn : LogLevel.info;
    LogLevel level =
        configured.flatMap(NodeConfig.Logging::level).map(LogLevel::valueOf).orElse(usual);
    context
        .platform()
        .prepareLibraries(
            directory.natives(),
            givenLevel().orElse(level),
            format(configured.flatMap(NodeConfig.Logging::format)));
  }

  /** Whether the log is read by machines, which look for nothing beside it. */
  public boolean logsJson(Optional<NodeConfig.Logging> configured) {
    return format(configured.flatMap(NodeConfig.Logging::format)) == LogFormat.json;
  }

  /** Puts a log level of the configuration in force, unless somebody named one for this run. */
  public void reloadedLevel(String configured) {
    if (givenLevel().isEmpty()) {
      context.platform().logLevel(LogLevel.valueOf(configured));
    }
  }

  private void prepare(DataDirectory directory, LogLevel otherwise) {
    context
        .platform()
        .prepareLibraries(
            directory.natives(), givenLevel().orElse(otherwise), format(Optional.empty()));
  }

  private LogFormat format(Optional<String> configured) {
    return options
        .logFormat()
        .orElseGet(() -> configured.map(LogFormat::valueOf).orElse(LogFormat.text));
  }

  /** Returns the level that was named for this run: an option, else a variable. */
  private Optional<LogLevel> givenLevel() {
    return options
        .logLevel()
        .or(
            () ->
                context
                    .variable("ALKNET_LOG_LEVEL")
                    .flatMap(
                        name ->
                            Arrays.stream(LogLevel.values())
                                .filter(l -> l.name().equals(name))
                                .findFirst()));
  }

  /** Prints a result line. */
  public void result(String line) throws IOException {
    context.out().line(line);
  }

  /** Prints a line for people on standard error, unless they want none. */
  public void note(String line) {
    if (!options.quiet()) {
      context.err().println(line);
    }
  }

  /** Says on standard error that something deserves attention. */
  public void warn(String text) {
    context.err().println("warning: " + Escape.text(text));
  }

  /** Warns about variables in which somebody may have put a secret that nobody reads. */
  public void warnAboutSecretVariables() {
    for (String name : SECRET_VARIABLES) {
      if (context.variable(name).isPresent()) {
        warn(name + " is ignored: secrets are never read from environment variables");
      }
    }
  }

  /** Shows a path the way its owner thinks of it. */
  public String show(Path path) {
    Path home = context.home();
    return Escape.text(
        !home.toString().isEmpty() && path.startsWith(home) && !path.equals(home)
            ? "~/" + home.relativize(path)
            : path.toString());
  }

  PrintWriter err() {
    return context.err();
  }
}
