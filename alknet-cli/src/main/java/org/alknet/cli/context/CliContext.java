package org.alknet.cli.context;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.alknet.cli.output.ResultStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a command knows about the world around it: streams, environment, directories, and the
 * process. The real one is {@link #system()}; tests make their own.
 *
 * <p>Thread-safe.
 */
public final class CliContext {
  private static final int DEFAULT_COLUMNS = 80;
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,3}");

  private final ResultStream out;
  private final PrintWriter err;
  private final InputStream in;
  private final Map<String, String> environment;
  private final Path home;
  private final Path workingDirectory;
  private final boolean terminal;
  private final boolean unicode;
  private final Platform platform;
  private final PasswordCost passwordCost;

  private CliContext(Builder builder) {
    this.out = new ResultStream(builder.out);
    this.err = new PrintWriter(new OutputStreamWriter(builder.err, StandardCharsets.UTF_8), true);
    this.in = builder.in;
    this.environment = Map.copyOf(builder.environment);
    this.home = builder.home;
    this.workingDirectory = builder.workingDirectory;
    this.terminal = builder.terminal;
    this.unicode = builder.unicode;
    this.passwordCost = builder.passwordCost;
    this.platform = Objects.requireNonNull(builder.platform, "platform");
  }

  /** Returns the context of this process. */
  public static CliContext system() {
    return builder()
        .out(new FileOutputStream(FileDescriptor.out))
        .err(new FileOutputStream(FileDescriptor.err))
        .in(System.in)
        .environment(System.getenv())
        .home(home(System.getenv("HOME")))
        .workingDirectory(Path.of("").toAbsolutePath())
        .terminal(isTerminal())
        .unicode(isUnicode())
        .platform(new SystemPlatform())
        .build();
  }

  /**
   * Returns what a shell calls {@code ~}. The JVM takes the home from the user database instead,
   * where services, containers and {@code sudo} often have another one.
   */
  static Path home(@Nullable String variable) {
    return variable != null && Path.of(variable).isAbsolute()
        ? Path.of(variable)
        : Path.of(System.getProperty("user.home", "."));
  }

  /** Returns a builder of a context without input, environment and terminal. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns standard output: results and nothing else. */
  public ResultStream out() {
    return out;
  }

  /** Returns standard error: everything that is not a result. */
  public PrintWriter err() {
    return err;
  }

  /** Returns standard input. */
  public InputStream in() {
    return in;
  }

  /** Returns the whole environment. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Returns an environment variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Returns the user's home directory. */
  public Path home() {
    return home;
  }

  /** Returns what a path on the command line means. */
  public Path resolve(String path) {
    return workingDirectory.resolve(path);
  }

  /** Whether standard input and output are a terminal. */
  public boolean terminal() {
    return terminal;
  }

  /** Whether the reader can show characters beyond ASCII. */
  public boolean unicode() {
    return unicode;
  }

  /** Returns the width of the terminal; 0 if there is none. */
  public int columns() {
    if (!terminal) {
      return 0;
    }
    // Some shells export their variable, and somebody may have set it on purpose.
    Optional<Integer> given =
        variable("COLUMNS").filter(text -> NUMBER.matcher(text).matches()).map(Integer::parseInt);
    return given.orElseGet(() -> platform.columns().orElse(DEFAULT_COLUMNS));
  }

  /** Returns how much work a password costs that is set here. */
  public PasswordCost passwordCost() {
    return passwordCost;
  }

  /** Returns the process. */
  public Platform platform() {
    return platform;
  }

  /** Up to 21 there is a console only with a terminal; from 22 on a method tells. */
  @SuppressWarnings("SystemConsoleNull") // both cases are handled
  private static boolean isTerminal() {
    if (System.console() == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(System.console());
    } catch (NoSuchMethodException before22) {
      return true;
    } catch (ReflectiveOperationException unknown) {
      return false;
    }
  }

  private static boolean isUnicode() {
    String encoding = System.getProperty("native.encoding", Charset.defaultCharset().name());
    return encoding.toUpperCase(Locale.ROOT).startsWith("UTF");
  }

  /** Collects the parts of a context. Not thread-safe. */
  public static final class Builder {
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream err = OutputStream.nullOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private Map<String, String> environment = Map.of();
    private Path home = Path.of("");
    private Path workingDirectory = Path.of("");
    private boolean terminal;
    private boolean unicode = true;
    private Platform platform = new SystemPlatform();
    private PasswordCost passwordCost = PasswordCost.RECOMMENDED;

    private Builder() {}

    /** Sets where results go. */
    public Builder out(OutputStream stream) {
      this.out = stream;
      return this;
    }

    /** Sets where everything else goes. */
    public Builder err(OutputStream stream) {
      this.err = stream;
      return this;
    }

    /** Sets standard input. */
    public Builder in(InputStream stream) {
      this.in = stream;
      return this;
    }

    /** Sets how much work a password costs; tests of other things take the least there is. */
    public Builder passwordCost(PasswordCost cost) {
      this.passwordCost = cost;
      return this;
    }

    /** Sets the environment variables. */
    public Builder environment(Map<String, String> variables) {
      this.environment = variables;
      return this;
    }

    /** Sets the home directory. */
    public Builder home(Path directory) {
      this.home = directory;
      return this;
    }

    /** Sets the directory relative paths start from. */
    public Builder workingDirectory(Path directory) {
      this.workingDirectory = directory;
      return this;
    }

    /** Sets whether there is a terminal. */
    public Builder terminal(boolean value) {
      this.terminal = value;
      return this;
    }

    /** Sets whether the reader can show more than ASCII. */
    public Builder unicode(boolean value) {
      this.unicode = value;
      return this;
    }

    /** Sets the process. */
    public Builder platform(Platform value) {
      this.platform = value;
      return this;
    }

    /** Returns the context. */
    public CliContext build() {
      return new CliContext(this);
    }
  }
}
