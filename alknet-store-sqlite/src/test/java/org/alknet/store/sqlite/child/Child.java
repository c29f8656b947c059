package org.alknet.store.sqlite.child;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A second process that runs {@link Scripts}. It is spoken to in lines: what it prints is read from
 * here, what is written here it reads.
 */
public final class Child implements AutoCloseable {
  private static final long LIMIT_SECONDS = 90;
  private static final Pattern NOT_NEEDED =
      Pattern.compile("archunit|assertj|byte-buddy|bcprov|netty|error_prone|/org/junit/");

  private final Process process;
  private final BufferedReader out;

  private Child(Process process) {
    this.process = process;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a script of {@link Scripts} in a JVM of its own. */
  public static Child start(String script, Object... arguments) {
    return start(List.of(), script, arguments);
  }

  /**
   * Starts a script behind a program such as {@code prlimit}.
   *
   * @param prefix the program and its arguments
   */
  public static Child start(List<String> prefix, String script, Object... arguments) {
    return startOn(classPath(), prefix, script, arguments);
  }

  /** As {@link #start(List, String, Object...)}, with another class path. */
  public static Child startOn(
      String classPath, List<String> prefix, String script, Object... arguments) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-Xshare:auto",
            "-cp",
            classPath,
            Scripts.class.getName(),
            script));
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    try {
      return new Child(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Copies what the scripts need to where another user can read it. */
  public static String copyClassPath(Path to) throws IOException, InterruptedException {
    List<String> copies = new ArrayList<>();
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (!Files.exists(from) || NOT_NEEDED.matcher(entry).find()) {
        continue;
      }
      Path copy = to.resolve(copies.size() + "-" + from.getFileName());
      Process cp = new ProcessBuilder("cp", "-r", entry, copy.toString()).start();
      if (cp.waitFor() != 0) {
        throw new IOException("cannot copy " + entry);
      }
      copies.add(copy.toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  /**
   * The modules of this run as a class path, with the tests, which are patched into one of them.
   */
  public static String classPath() {
    return Stream.concat(
            Stream.of(
                    System.getProperty("java.class.path", ""),
                    System.getProperty("jdk.module.path", ""))
                .flatMap(path -> Arrays.stream(path.split(File.pathSeparator, -1))),
            Stream.of(target("test-classes"), target("classes")))
        .filter(entry -> !entry.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String target(String folder) {
    return Path.of(System.getProperty("basedir", ""))
        .toAbsolutePath()
        .resolve("target")
        .resolve(folder)
        .toString();
  }

  /** Waits for the next line. */
  public String line() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("the child ended with " + process.waitFor());
      }
      return line;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /** Waits for a line, which has to be this one. */
  public Child expect(String expected) {
    String line = line();
    if (!line.equals(expected)) {
      throw new AssertionError("expected " + expected + ", the child said " + line);
    }
    return this;
  }

  /** Reads all lines to the end, which may come at any moment. */
  public List<String> rest() {
    return out.lines().toList();
  }

  /** Writes a line. */
  public Child say(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Kills it, as {@code kill -9} does, without waiting. */
  public void kill() {
    // Process.destroyForcibly would close the streams as well, with what is still to be read.
    process.toHandle().destroyForcibly();
  }

  /** Waits for the end. */
  public int exit() {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end after " + LIMIT_SECONDS + " s");
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    exit();
  }
}
