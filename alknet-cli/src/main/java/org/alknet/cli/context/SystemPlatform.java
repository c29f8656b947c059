package org.alknet.cli.context;

import java.io.Console;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.alknet.cli.context.GlobalOptions.LogLevel;

/** The real process. */
final class SystemPlatform implements Platform {
  private static final int LONGEST_SIZE = 64;

  /**
   * Reaches {@code sun.misc.Signal} by reflection: the compiler warns about any direct use, and
   * warnings are errors here.
   */
  @Override
  public boolean onSignal(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run(action));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (InvocationTargetException refused) {
      // The JVM runs with -Xrs or the system knows no such signal: the shutdown hook remains.
      return false;
    } catch (ReflectiveOperationException missing) {
      return false;
    }
  }

  private static InvocationHandler run(Runnable action) {
    return (proxy, method, arguments) ->
        switch (method.getName()) {
          case "handle" -> {
            action.run();
            yield null;
          }
          case "equals" -> arguments != null && proxy == arguments[0];
          case "hashCode" -> System.identityHashCode(proxy);
          default -> "signal handler";
        };
  }

  @Override
  public void atExit(Runnable action) {
    Runtime.getRuntime().addShutdownHook(new Thread(action, "alknet-exit"));
  }

  @Override
  public void exit(int code) {
    System.exit(code);
  }

  @Override
  @SuppressWarnings("SystemConsoleNull") // null up to Java 21; the caller knows there is a terminal
  public Optional<char[]> askSecret(String prompt) {
    Console console = System.console();
    return console == null
        ? Optional.empty()
        : Optional.ofNullable(console.readPassword("%s", prompt));
  }

  @Override
  public void prepareLibraries(Path natives, LogLevel level, LogFormat format) {
    if (Files.isDirectory(natives) && Files.isWritable(natives)) {
      System.setProperty("io.netty.native.workdir", natives.toString());
      System.setProperty("org.sqlite.tmpdir", natives.toString());
    }
    LogOutput.install(new FileOutputStream(FileDescriptor.err), level, format);
  }

  /** Asks as scripts do: a shell tells no other program by itself. */
  @Override
  public OptionalInt columns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String[] size =
          new String(stty.getInputStream().readNBytes(LONGEST_SIZE), StandardCharsets.US_ASCII)
              .strip()
              .split(" ", -1);
      int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
      return columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
    } catch (IOException | NumberFormatException unknown) {
      return OptionalInt.empty();
    }
  }

  @Override
  public void startBeside(String marker, List<String> arguments) {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> words = List.of(self.arguments().orElse(new String[0]));
    int at = words.indexOf(marker);
    if (self.command().isEmpty() || at < 0) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(self.command().get()));
    command.addAll(words.subList(0, at));
    command.addAll(arguments);
    try {
      new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream()
          .close();
    } catch (IOException refused) {
      System.getLogger(SystemPlatform.class.getName())
          .log(System.Logger.Level.DEBUG, "cannot start another process", refused);
    }
  }

  @Override
  public void logLevel(LogLevel level) {
    LogOutput.level(level);
  }
}
