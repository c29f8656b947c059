package org.alknet.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.alknet.canary.Canaries;

/**
 * The packaged jar as a process of its own, started the way the start script starts it. Output is
 * collected in files, so that no process ever waits for a reader.
 */
final class RunningCli implements AutoCloseable {
  /** Generous: a net for a machine that is busy with other things. */
  static final long LIMIT_SECONDS = 90;

  private static final Path JAR = Path.of("target", "alknet-cli.jar").toAbsolutePath();
  private static final boolean INTERRUPTIBLE = canReset();

  private final Process process;
  private final Path out;
  private final Path err;

  private RunningCli(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command in a directory of its own. */
  static RunningCli start(Path home, String... arguments) {
    return start(home, List.of(), arguments);
  }

  static RunningCli start(Path home, List<String> jvm, String... arguments) {
    try {
      Files.createDirectories(home);
      Path out = Files.createTempFile(home, "cli", ".out");
      Path err = Files.createTempFile(home, "cli", ".err");
      ProcessBuilder builder =
          builder(home, jvm, arguments)
              .redirectInput(ProcessBuilder.Redirect.from(nothing(home)))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      return new RunningCli(builder.start(), out, err);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Starts a command whose standard streams, but for errors, are pipes of the caller. */
  static Process piped(Path home, List<String> jvm, String... arguments) throws IOException {
    return builder(home, jvm, arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static ProcessBuilder builder(Path home, List<String> jvm, String... arguments) {
    List<String> command =
        interruptible(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(jvm);
    command.addAll(List.of("-jar", JAR.toString()));
    Collections.addAll(command, arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ALKNET_"));
    builder.environment().put("HOME", home.toString());
    // This is what a list of processes and /proc show of it, for as long as it runs.
    noSecretIn("the command line", String.join(" ", command));
    noSecretIn("the environment", builder.environment().toString());
    return builder;
  }

  private static void noSecretIn(String what, String text) {
    List<String> found = Canaries.namesIn(text);
    if (!found.isEmpty()) {
      throw new AssertionError(what + " of a process shows " + found);
    }
  }

  /**
   * Returns a command line that can be interrupted where this process was started in the
   * background, with interrupts ignored, which children inherit.
   */
  static List<String> interruptible(String... command) {
    List<String> all =
        new ArrayList<>(INTERRUPTIBLE ? List.of("env", "--default-signal=INT") : List.of());
    Collections.addAll(all, command);
    return all;
  }

  /** Whether interrupts reach children at all. */
  static boolean interruptsWork() {
    return INTERRUPTIBLE || !interruptsAreIgnored();
  }

  private static boolean canReset() {
    try {
      return interruptsAreIgnored()
          && new ProcessBuilder("env", "--default-signal=INT", "true")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException missing) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static java.io.File nothing(Path home) throws IOException {
    Path empty = home.resolve("nothing");
    if (!Files.exists(empty)) {
      Files.createFile(empty);
    }
    return empty.toFile();
  }

  /** Runs a command to its end. */
  static RunningCli run(Path home, String... arguments) throws InterruptedException {
    RunningCli cli = start(home, arguments);
    cli.exit();
    return cli;
  }

  /** Waits for the end and returns the exit code. */
  int exit() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after " + LIMIT_SECONDS + " s\n" + out() + err());
    }
    noSecretIn("standard error", err());
    return process.exitValue();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /** Waits until standard error holds the text. */
  void awaitErr(String text) throws InterruptedException {
    await(err, text);
  }

  /** Waits until standard output holds the text. */
  void awaitOut(String text) throws InterruptedException {
    await(out, text);
  }

  private void await(Path file, String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!read(file).contains(text)) {
      boolean ended = !process.isAlive();
      if (System.nanoTime() > deadline || (ended && !read(file).contains(text))) {
        throw new AssertionError("never said \"" + text + "\"\n" + out() + err());
      }
      // Looks again soon; the end of the process ends the pause early.
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  /** Sends a signal, such as {@code INT}. */
  void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " ended with " + code);
    }
  }

  Process process() {
    return process;
  }

  /** Bit 2 of the mask of ignored signals is SIGINT. */
  private static boolean interruptsAreIgnored() {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && read(status)
            .lines()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
            .anyMatch(mask -> (mask & 0b10) != 0);
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }
}
