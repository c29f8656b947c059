package org.alknet.cli.context;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every command takes, before or after its name (spec/cli.md section 4.1). */
public final class GlobalOptions {
  /** How colours are used. */
  public enum Color {
    /** On terminals. */
    auto,
    /** Everywhere. */
    always,
    /** Nowhere. */
    never
  }

  /** How much a node logs. */
  public enum LogLevel {
    /** Nothing. */
    off,
    /** What a person must act upon. */
    error,
    /** What was refused or degraded. */
    warn,
    /** Life cycle and authentication. */
    info,
    /** Every connection and call. */
    debug,
    /** Every frame. */
    trace
  }

  @Option(
      names = {"-C", "--config"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "configuration, .toml or .json (default alknet.toml of the data directory;"
              + " ALKNET_CONFIG)")
  private @Nullable String config;

  @Option(
      names = {"-d", "--data-dir"},
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "where keys, peers and run state are (default ~/.alknet; ALKNET_DATA_DIR)")
  private @Nullable String dataDirectory;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "print one JSON document; errors too, on stderr")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "only results and errors")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "more detail; -vv shows stack traces")
  private boolean[] verbose = {};

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      description = "auto, always or never (ALKNET_COLOR; NO_COLOR is respected)")
  private @Nullable Color color;

  @Option(
      names = "--no-input",
      scope = ScopeType.INHERIT,
      description = "never ask; fail with code 8 instead")
  private boolean noInput;

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      description = "answer every confirmation with yes")
  private boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      description = "limit for a network command, such as 500ms or 2m (default 30s)")
  private @Nullable Duration timeout;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      scope = ScopeType.INHERIT,
      description = "off, error, warn, info, debug or trace (ALKNET_LOG_LEVEL; serve: info)")
  private @Nullable LogLevel logLevel;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "text or json (default: logging.format of the configuration, else text)")
  private @Nullable LogFormat logFormat;

  /** Creates options none of which is given. */
  public GlobalOptions() {}

  Optional<String> config() {
    return Optional.ofNullable(config);
  }

  Optional<String> dataDirectory() {
    return Optional.ofNullable(dataDirectory);
  }

  /** Whether results and errors are JSON documents. */
  public boolean json() {
    return json;
  }

  /** Whether nothing but results and errors is shown. */
  public boolean quiet() {
    return quiet;
  }

  /** Returns how often more detail was asked for. */
  public int verbosity() {
    return verbose.length;
  }

  Optional<Color> color() {
    return Optional.ofNullable(color);
  }

  /** Whether the command may not ask anything. */
  public boolean noInput() {
    return noInput;
  }

  /** Whether confirmations count as given. */
  public boolean yes() {
    return yes;
  }

  /** Returns the limit for network commands, if one was given. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  Optional<LogLevel> logLevel() {
    return Optional.ofNullable(logLevel);
  }

  Optional<LogFormat> logFormat() {
    return Optional.ofNullable(logFormat);
  }
}
