package org.alknet.call.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A second JVM that runs a main class of the tests on the class path of this one, its output read
 * line by line and its error output kept in a file.
 */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path errors;
  private final BufferedReader output;

  private ChildJvm(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one.
   *
   * @param directory where its error output goes
   */
  public static ChildJvm start(
      Path directory, List<String> jvmOptions, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!"full".equals(System.getProperty("alknet.soak"))) {
      // What runs once is cheaper compiled quickly than well.
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    }
    command.addAll(jvmOptions);
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    Path errors = directory.resolve("errors.txt");
    return new ChildJvm(new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
  }

  /** Returns the rest of the next line that begins with a word, and prints the others. */
  public String expect(String word) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(word)) {
        return line.substring(word.length()).strip();
      }
      System.out.println("child: " + line);
    }
    throw new AssertionError("it ended without \"" + word + "\": " + errors());
  }

  /** Returns all it says from now until it closes its output. */
  public String toEnd() {
    return output.lines().collect(Collectors.joining("\n"));
  }

  /** Ends it without giving it a chance to say anything: SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits for its end; false if that takes too long. */
  public boolean waitFor(long minutes) throws InterruptedException {
    return process.waitFor(minutes, TimeUnit.MINUTES);
  }

  /** Returns how it ended. */
  public int exitValue() {
    return process.exitValue();
  }

  /** Returns what it wrote to its error output. */
  public String errors() throws IOException {
    return Files.readString(errors, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The modules of this run as a class path, so that Netty's reports reach the error output. */
  private static String classPath() {
    return Stream.of(
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path", ""),
            // Patched into the module, so on neither path.
            Path.of("target", "test-classes").toAbsolutePath().toString())
        .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
        .filter(entry -> !entry.isEmpty() && !entry.contains("slf4j-nop"))
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
