package org.alknet.examples.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head, two workers that offer the same operations, and a client, each a process of its own. */
class FourProcessesIT {
  @TempDir private Path folder;

  private final List<Program> programs = new ArrayList<>();

  /** A program of this example, whose lines are read as they come. */
  private static final class Program {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process process;
    private final BufferedWriter commands;
    private final List<String> lines = new ArrayList<>();

    Program(Class<?> main, String... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-XX:TieredStopAtLevel=1");
      command.add("-cp");
      command.add(
          System.getProperty("alknet.runtime.classpath")
              + File.pathSeparator
              + System.getProperty("alknet.example.classes"));
      command.add(main.getName());
      command.addAll(Arrays.asList(arguments));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      commands = process.outputWriter(StandardCharsets.UTF_8);
      Thread reader = new Thread(this::read, "reader of " + main.getSimpleName());
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      process
          .inputReader(StandardCharsets.UTF_8)
          .lines()
          .forEach(
              line -> {
                synchronized (lines) {
                  lines.add(line);
                  lines.notifyAll();
                }
              });
    }

    void tell(String command) throws IOException {
      commands.write(command);
      commands.newLine();
      commands.flush();
    }

    /** Waits for a line, and forgets those before it. */
    String hear(Predicate<String> wanted) throws InterruptedException {
      long end = System.nanoTime() + PATIENCE_NANOS;
      synchronized (lines) {
        int next = 0;
        while (true) {
          for (; next < lines.size(); next++) {
            String line = lines.get(next);
            if (wanted.test(line)) {
              lines.subList(0, next + 1).clear();
              return line;
            }
          }
          long left = end - System.nanoTime();
          assertThat(left).as("heard %s", lines).isPositive();
          lines.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
      }
    }

    String hear(String start) throws InterruptedException {
      return hear(line -> line.startsWith(start));
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Program program : programs) {
      program.process.destroyForcibly();
    }
    for (Program program : programs) {
      assertThat(program.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Program start(Class<?> main, String... arguments) throws IOException {
    Program program = new Program(main, arguments);
    programs.add(program);
    return program;
  }

  /** Makes a key, which only its owner can read, and returns its fingerprint. */
  private String key(String name) throws IOException {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    Path file =
        Files.createFile(
            folder.resolve(name),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, key.revealSeed());
    return key.fingerprint();
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void theHeadRoutesToItsWorkersWhoComeAndGo() throws Exception {
    String headKey = "head=" + key("head");
    String clientKey = "client=" + key("client");
    String aKey = "a=" + key("a");
    String bKey = "b=" + key("b");
    Program head = start(Head.class, file("head"), clientKey, aKey, bKey);
    String address = head.hear("listening ").substring("listening ".length());
    start(Worker.class, file("a"), "a", headKey, address);
    head.hear("imported a 2");
    Program b = start(Worker.class, file("b"), "b", headKey, address);
    Program client = start(Client.class, file("client"), headKey, address);
    head.hear("imported b 2");
    client.hear("connected");

    // Both offer the same: the first that attached is anybody, and each can be named.
    client.tell("run");
    assertThat(client.hear("ok")).isEqualTo("ok {\"by\":\"a\",\"for\":\"client\",\"task\":7}");
    client.tell("run b");
    assertThat(client.hear("ok")).contains("\"by\":\"b\"");

    // The worker of a subscription goes no faster than the client reads, and stops with it.
    client.tell("watch b 5");
    client.hear("element ok {\"n\":5}");
    client.tell("more 2000");
    client.hear("element ok {\"n\":2005}");
    client.tell("stop");
    long produced = Long.parseLong(b.hear("cancelled after ").substring(16));
    assertThat(produced).as("an endless stream, held back").isBetween(2005L, 20_000L);

    // A worker that is killed fails what it was doing, and nothing else.
    client.tell("watch b 1");
    client.hear("element ok {\"n\":1}");
    b.process.destroyForcibly();
    client.tell("run a");
    assertThat(client.hear("ok")).contains("\"by\":\"a\"");
    head.hear("detached b");
    client.tell("more 1000");
    client.hear("element error INTERNAL");
    client.tell("run b");
    client.hear("error NOT_FOUND");

    // It comes back, and the head uses it again without being touched.
    start(Worker.class, file("b"), "b", headKey, address);
    head.hear("imported b 2");
    client.tell("run b");
    assertThat(client.hear("ok")).contains("\"by\":\"b\"");

    assertThat(head.process.isAlive()).isTrue();
  }
}
