package org.alknet.bench.startup;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long the packaged tool takes from the start of its process to its end, beside a JVM that says
 * hello with the same flags: the rounds of all of them take turns, so that a busy machine is busy
 * for each of them alike.
 */
public final class StartupBenchmark {
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m");
  private static final String HELLO = "a JVM that says hello";
  private static final long LIMIT_SECONDS = 120;

  private final Path jar;
  private final Path home;
  private final Map<String, List<Double>> samples = new LinkedHashMap<>();

  private StartupBenchmark(Path jar, Path home) {
    this.jar = jar;
    this.home = home;
  }

  /** Measures: {@code [rounds] [jar]}. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    Path jar = Path.of(arguments.length > 1 ? arguments[1] : "alknet-cli/target/alknet-cli.jar");
    if (!Files.exists(jar)) {
      System.err.println("there is no " + jar + ": build it, or name it");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("alknet-startup");
    try {
      new StartupBenchmark(jar.toAbsolutePath(), home).run(rounds);
    } finally {
      delete(home);
    }
  }

  private void run(int rounds) throws Exception {
    tool("init", "--listen", "127.0.0.1:0").run();
    Path ready = home.resolve("ready");
    Process node = tool("serve", "--demo", "--ready-file", ready.toString()).start();
    try {
      await(node, ready);
      Path archive = home.resolve("classes.jsa");
      tool(List.of("-XX:ArchiveClassesAtExit=" + archive), "doctor").run();
      List<String> archived = List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive);
      // The first round warms the disk's cache.
      for (int round = 0; round <= rounds; round++) {
        boolean counts = round > 0;
        sample(counts, HELLO, new Command(hello()));
        for (String line :
            List.of("--version", "--help", "config schema", "status", "remote list")) {
          sample(counts, line, tool(line.split(" ")));
        }
        for (String line : List.of("peer list", "config check", "call demo/time", "ls")) {
          sample(counts, line, tool(line.split(" ")));
          sample(counts, line + ", archive of classes", tool(archived, line.split(" ")));
        }
        serve(counts, round);
      }
    } finally {
      node.destroy();
      node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
    print(rounds);
  }

  /** Its process works in another directory, so the path has to be a whole one. */
  private static List<String> hello() throws URISyntaxException {
    Path own = Path.of(Hello.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return List.of("-cp", own.toString(), Hello.class.getName());
  }

  private Command tool(String... arguments) {
    return tool(List.of(), arguments);
  }

  private Command tool(List<String> flags, String... arguments) {
    List<String> words = new ArrayList<>(flags);
    words.addAll(List.of("-jar", jar.toString()));
    words.addAll(Arrays.asList(arguments));
    return new Command(words);
  }

  private void sample(boolean counts, String name, Command command) throws Exception {
    long began = System.nanoTime();
    command.run();
    if (counts) {
      took(name, began);
    }
  }

  /** A node in an empty home, until it is ready. */
  private void serve(boolean counts, int round) throws Exception {
    Path own = home.resolve("serve-" + round);
    Path ready = home.resolve("ready-" + round);
    Command serve =
        tool("serve", "-d", own.toString(), "--listen", "127.0.0.1:0", "--ready-file", "" + ready);
    long began = System.nanoTime();
    Process process = serve.start();
    try {
      await(process, ready);
      if (counts) {
        took("serve in an empty home, until it is ready", began);
      }
    } finally {
      process.destroy();
      process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void await(Process process, Path file) throws InterruptedException {
    while (!Files.exists(file)) {
      if (process.waitFor(2, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("serve ended with " + process.exitValue());
      }
    }
  }

  private void took(String name, long began) {
    samples
        .computeIfAbsent(name, unknown -> new ArrayList<>())
        .add((System.nanoTime() - began) / 1e6);
  }

  private void print(int rounds) {
    double floor = median(samples.get(HELLO));
    System.out.println(
        "| " + rounds + " rounds, ms | median | fastest | of a JVM that says hello |");
    System.out.println("|---|---|---|---|");
    samples.forEach(
        (name, times) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.2f |%n",
                name,
                median(times),
                times.stream().min(Double::compare).orElse(0.0),
                median(times) / floor));
  }

  private static double median(List<Double> times) {
    List<Double> sorted = times.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A process, with the flags the start script gives a client. */
  private final class Command {
    private final List<String> words;

    Command(List<String> arguments) {
      this.words = new ArrayList<>();
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      words.addAll(FLAGS);
      words.addAll(arguments);
    }

    Process start() throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(home.toFile())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().keySet().removeIf(name -> name.startsWith("ALKNET_"));
      builder.environment().put("HOME", home.toString());
      return builder.start();
    }

    void run() throws Exception {
      Process process = start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(words + " ended with " + process.exitValue());
      }
    }
  }
}
