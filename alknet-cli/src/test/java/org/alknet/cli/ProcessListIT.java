package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.alknet.canary.Canaries;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every user of a machine sees of a process, and what its own user sees of its environment,
 * has no secret in it, however the secret came to the process.
 */
class ProcessListIT {
  private static final Path PROC = Path.of("/proc");

  /** Of this run, so that what is found elsewhere on the machine is not somebody else's. */
  private final String password = canary("a password");

  private final String token = "alk_" + canary("a token");
  private final String value = canary("a credential");

  @TempDir Path home;

  private static String canary(String name) {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    return Canaries.register(name + " of the process list", HexFormat.of().formatHex(random));
  }

  @Test
  void noSecretOfARunningCommandIsInTheProcessListOrAnEnvironment() throws Exception {
    assumeTrue(Files.isReadable(PROC.resolve("self/environ")), "no /proc here: nothing was seen");
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE, password);
    TestVault.secret(home.resolve("password"), password);
    TestVault.secret(home.resolve("token"), token);
    new InProcess(home)
        .run("init", "--vault", "--password-file", "password", "--listen", "127.0.0.1:0");
    try (RunningCli node = RunningCli.start(home, "serve", "--demo", "--log-level", "debug")) {
      node.awaitErr("try it");
      try (RunningCli call =
              RunningCli.start(
                  home, "call", "demo/sleep", "{\"ms\":59997}", "--token-file", "token");
          Waiting put = new Waiting("credential", "put", "demo", "--stdin", "--replace")) {
        node.awaitErr("event=demo_sleep ms=59997");

        List<Process> all = List.of(node.process(), call.process(), put.process);
        assertThat(all).allMatch(Process::isAlive);
        for (Process process : all) {
          // Not by accident: this is what is to be looked at.
          assertThat(seen(PROC.resolve(Long.toString(process.pid())), "cmdline"))
              .contains("alknet-cli.jar");
          assertThat(seen(PROC.resolve(Long.toString(process.pid())), "environ"))
              .contains("HOME=" + home);
        }
        for (String text : everythingSeen()) {
          assertThat(text).doesNotContain(password, token, value, TestVault.PHRASE);
        }
        assertThat(put.end()).isZero();
      }
      assertThat(new InProcess(home).run("call", "demo/credential").out())
          .as("the secrets were used")
          .contains("present");
      assertThat(node.err()).doesNotContain(password, token, value, TestVault.PHRASE);
    }
  }

  /** Reads what it got on standard input, and waits for the end of it. */
  private final class Waiting implements AutoCloseable {
    private final Process process;
    private final OutputStream input;

    Waiting(String... arguments) throws IOException {
      process = RunningCli.piped(home, List.of(), arguments);
      input = process.getOutputStream();
      input.write(value.getBytes(StandardCharsets.UTF_8));
      input.flush();
    }

    int end() throws Exception {
      input.close();
      assertThat(process.waitFor(RunningCli.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      Await.result(process.destroyForcibly().onExit());
    }
  }

  private static List<String> everythingSeen() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> processes = Files.list(PROC)) {
      processes
          .filter(directory -> directory.getFileName().toString().matches("[0-9]+"))
          .forEach(
              directory -> {
                texts.add(seen(directory, "cmdline"));
                texts.add(seen(directory, "environ"));
              });
    }
    return texts;
  }

  /** Nothing, if the process has ended or is another user's. */
  private static String seen(Path process, String what) {
    try {
      return Files.readString(process.resolve(what), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrForeign) {
      return "";
    }
  }
}
