package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar: one process serves, others call it, as a stranger would. */
class ServeAndCallIT {
  @TempDir static Path temp;

  private static Path home;
  private static Path stranger;
  private static RunningCli node;
  private static String address;
  private static long readyMillis;

  @BeforeAll
  static void serve() throws Exception {
    long began = System.nanoTime();
    home = temp.resolve("home");
    stranger = temp.resolve("stranger");
    node =
        RunningCli.start(
            home,
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--print-address",
            "--ready-file",
            "ready",
            "--log-level",
            "debug");
    node.awaitErr("try it");
    readyMillis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    address = node.out().strip();
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static RunningCli run(String... arguments) throws Exception {
    return RunningCli.run(home, arguments);
  }

  /** In an empty home, that is; two seconds are what it should take on a machine of its own. */
  @Test
  void emptyHomeServesSoonWithKeysOfItsOwn() throws Exception {
    System.out.println("ready after " + readyMillis + " ms (target 2000 ms)");
    assertThat(readyMillis).isLessThan(15_000);
    assertThat(mode(".alknet")).isEqualTo("rwx------");
    for (String file : List.of("node.key", "operator.key", "alknet.db", "run/serve.json")) {
      assertThat(mode(".alknet/" + file)).as(file).isEqualTo("rw-------");
    }
  }

  private static String mode(String file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file)));
  }

  @Test
  void hangUpReloadsTheConfigurationAndAWrongOneChangesNothing() throws Exception {
    Path configured = temp.resolve("configured");
    Path file = configured.resolve("node.toml");
    Files.createDirectories(configured);
    InProcess operator = new InProcess(configured);
    String key = operator.run("keygen", "--out", "w.key").err().strip();
    String peer = "[[auth.peers]]\npeer_id = \"w\"\nfingerprints = [\"%s\"]\n".formatted(key);
    String config =
        "listen_addr = \"127.0.0.1:0\"\n[identity]\nsource = \"config\"\n"
            + "[rate_limits]\nmax_auth_attempts = %s\n%s";
    Files.writeString(file, config.formatted("5", ""));
    try (RunningCli serve =
        RunningCli.start(
            configured, "serve", "--config", "node.toml", "--demo", "--log-level", "off")) {
      serve.awaitErr("try it");
      assertThat(serve.err()).contains("configuration  ~/node.toml").contains("10 demo operations");
      Result add = operator.run("-C", "node.toml", "peer", "add", "w", "--fingerprint", key);
      assertThat(add.exit()).isEqualTo(3);
      assertThat(add.err()).contains("Edit the file, then:  alknet reload");
      assertThat(secret(operator)).isEqualTo(21);

      Files.writeString(file, config.formatted("3", peer + "scopes = [\"operator\"]\n"));
      Result reload = operator.run("reload");
      assertThat(reload.exit()).as(reload.err()).isZero();
      assertThat(reload.out()).contains("peers_added w", "limits max_auth_attempts:5->3");
      serve.awaitErr("limits max_auth_attempts:5->3");
      assertThat(secret(operator)).isZero();

      Files.writeString(file, config.formatted("\"many\"", ""));
      serve.signal("HUP");
      serve.awaitErr("warning: configuration refused, the old one stays in force: ");
      assertThat(serve.err()).contains("node.toml:5:1: rate_limits.max_auth_attempts: is a whole");
      Result refused = operator.run("reload");
      assertThat(refused.exit()).isEqualTo(3);
      assertThat(refused.err())
          .contains("node.toml:5:1: rate_limits.max_auth_attempts: is a whole");
      assertThat(secret(operator)).as("the peer of the old configuration").isZero();
      serve.signal("TERM");
      assertThat(serve.exit()).isZero();
    }
  }

  private static int secret(InProcess operator) {
    return operator.run("call", "demo/secret", "--identity", "w.key").exit();
  }

  @Test
  void addressLineIsPrintedAndTheReadyFileHoldsIt() throws Exception {
    assertThat(address).matches("ed25519:[0-9a-f]{64}@127\\.0\\.0\\.1:[0-9]+");
    assertThat(Files.readString(home.resolve("ready"))).isEqualTo(address + "\n");
    assertThat(node.err()).contains("address        " + address).contains("10 demo operations");
  }

  @Test
  void lsListsWhatTheOperatorMayCallWithoutAnyOption() throws Exception {
    RunningCli ls = run("ls");

    assertThat(ls.err()).isEmpty();
    assertThat(ls.exit()).isZero();
    assertThat(ls.out().lines().map(line -> line.substring(0, (line + " ").indexOf(' '))))
        .containsExactly(
            "NAME",
            "demo/add",
            "demo/compose",
            "demo/credential",
            "demo/echo",
            "demo/fail",
            "demo/secret",
            "demo/sleep",
            "demo/ticker",
            "demo/time",
            "demo/whoami");
  }

  @Test
  void callPrintsTheResultAndNothingElse() throws Exception {
    RunningCli call = run("call", "demo/echo", "{\"text\":\"hello\"}");

    assertThat(call.err()).isEmpty();
    assertThat(call.exit()).isZero();
    assertThat(call.out()).isEqualTo("{\"text\":\"hello\"}\n");
  }

  @Test
  void subscribePrintsALineForEachValue() throws Exception {
    RunningCli ticker = run("subscribe", "demo/ticker", "-n", "3", "-P", "interval_ms:=100");

    assertThat(ticker.err()).isEmpty();
    assertThat(ticker.exit()).isZero();
    assertThat(ticker.out().lines().toList())
        .hasSize(3)
        .allMatch(line -> line.matches("\\{\"n\":[123],\"now\":\"[0-9TZ:.-]+\"}"));
  }

  @Test
  void operatorMaySeeTheSecretAndAStrangerMayNot() throws Exception {
    RunningCli operator = run("call", "demo/secret");
    RunningCli anonymous = run("call", "demo/secret", "--anonymous");

    assertThat(operator.exit()).isZero();
    assertThat(operator.out()).isEqualTo("{\"secret\":\"the operator may see this\"}\n");
    assertThat(anonymous.exit()).isEqualTo(21);
    assertThat(anonymous.out()).isEmpty();
    assertThat(anonymous.err()).startsWith("demo/secret: FORBIDDEN: authentication required");
  }

  @Test
  void unknownOperationIs20() throws Exception {
    RunningCli call = run("call", "no/such");

    assertThat(call.exit()).isEqualTo(20);
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).startsWith("no/such: NOT_FOUND: operation not found: no/such");
  }

  @Test
  void wrongTypeIs22AndTheErrorIsJsonOnRequest() throws Exception {
    RunningCli call = run("call", "demo/add", "{\"a\":\"x\"}", "--json");

    assertThat(call.exit()).isEqualTo(22);
    assertThat(call.out()).isEmpty();
    assertThat(call.err())
        .startsWith(
            "{\"kind\":\"error\",\"version\":1,\"error\":{\"exit\":22,\"code\":\"INVALID_INPUT\"");
  }

  @Test
  void addressLineWorksVerbatimFromAnotherDataDirectory() throws Exception {
    RunningCli call = RunningCli.run(stranger, "call", "-r", address, "demo/whoami");

    assertThat(call.err()).isEmpty();
    assertThat(call.exit()).isZero();
    assertThat(call.out()).startsWith("{\"id\":null,");
  }

  @Test
  void wrongPinIs11() throws Exception {
    String wrong = "ed25519:" + "a".repeat(64) + "@" + address.substring(address.indexOf('@') + 1);

    RunningCli call = RunningCli.run(stranger, "call", "-r", wrong, "demo/echo");

    assertThat(call.exit()).isEqualTo(11);
    assertThat(call.out()).isEmpty();
    assertThat(call.err()).contains("it presented " + fingerprint(address));
  }

  @Test
  void rawKeyWithoutPinIs11AndFingerprintShowsItUnverified() throws Exception {
    String bare = address.substring(address.indexOf('@') + 1);

    RunningCli call = RunningCli.run(stranger, "call", "-r", bare, "demo/echo");
    RunningCli fingerprint = RunningCli.run(stranger, "fingerprint", bare);

    assertThat(call.exit()).isEqualTo(11);
    assertThat(call.err()).contains("defeat the purpose");
    assertThat(fingerprint.exit()).isZero();
    assertThat(fingerprint.out()).isEqualTo(fingerprint(address) + "\n");
    assertThat(fingerprint.err()).contains("nothing proves");
  }

  @Test
  void deadPortIs10() throws Exception {
    String dead;
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      // Bound and silent for as long as the call takes, so that nobody else can be there.
      dead = address.substring(0, address.lastIndexOf(':')) + ":" + socket.getLocalPort();

      RunningCli call =
          RunningCli.run(stranger, "call", "-r", dead, "demo/echo", "--timeout", "700ms");

      assertThat(call.exit()).isEqualTo(10);
      assertThat(call.err()).contains("nothing answered in time");
    }
  }

  @Test
  void noNodeAndNoRemoteIs2WithBothWaysOut() throws Exception {
    RunningCli call = RunningCli.run(temp.resolve("nobody"), "call", "demo/echo");

    assertThat(call.exit()).isEqualTo(2);
    assertThat(call.err()).contains("alknet serve").contains("-r FINGERPRINT@HOST:PORT");
  }

  @Test
  void secondNodeOnTheDirectoryIs4() throws Exception {
    RunningCli second = run("serve", "--listen", "127.0.0.1:0");

    assertThat(second.exit()).isEqualTo(4);
    assertThat(second.err()).contains("a node is already running");
    assertThat(run("call", "demo/time").exit()).isZero();
  }

  @Test
  void takenPortIs4() throws Exception {
    String taken = address.substring(address.indexOf('@') + 1);

    RunningCli second = RunningCli.run(temp.resolve("other"), "serve", "--listen", taken);

    assertThat(second.exit()).isEqualTo(4);
    assertThat(second.err()).contains("cannot listen on " + taken);
  }

  @Test
  void pingTellsWhoAnswersAndKnowsUs() throws Exception {
    RunningCli ping = run("ping", "-c", "2", "-i", "10ms");

    assertThat(ping.exit()).isZero();
    assertThat(ping.out()).contains("it knows us as operator").contains("2 sent, 0 lost");
  }

  @Test
  void interruptedCallIs130AndTheNodeSeesTheAbort() throws Exception {
    assumeTrue(RunningCli.interruptsWork(), "SIGINT is ignored here, and children inherit that");
    RunningCli sleep = RunningCli.start(home, "call", "demo/sleep", "{\"ms\":59999}");
    node.awaitErr("event=demo_sleep ms=59999");

    sleep.signal("INT");

    assertThat(sleep.exit()).isEqualTo(130);
    assertThat(sleep.out()).isEmpty();
    assertThat(sleep.err()).isEmpty();
    node.awaitErr("event=demo_sleep_cancelled");
  }

  @Test
  void terminatedNodeDrainsAndEndsWith0() throws Exception {
    Path own = temp.resolve("drain");
    try (RunningCli draining =
            RunningCli.start(
                own,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--drain-timeout",
                "60s",
                "--ready-file",
                "ready",
                "--log-level",
                "debug");
        RunningCli call = startCall(draining, own)) {
      draining.signal("TERM");

      assertThat(call.exit()).isZero();
      assertThat(call.out()).isEqualTo("{\"slept_ms\":1500}\n");
      assertThat(draining.exit()).isZero();
      assertThat(draining.err()).contains("stopping").contains("stopped");
      assertThat(own.resolve("ready")).doesNotExist();
      assertThat(own.resolve(".alknet/run/serve.json")).doesNotExist();
    }
  }

  @Test
  void secondSignalEndsADrainAtOnce() throws Exception {
    Path own = temp.resolve("twice");
    try (RunningCli draining =
            RunningCli.start(
                own,
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--drain-timeout",
                "10m",
                "--ready-file",
                "ready",
                "--log-level",
                "debug");
        InProcess.Running call = longCall(draining, own)) {
      draining.signal("TERM");
      draining.awaitErr("once more ends it at once");
      assertThat(draining.process().isAlive()).as("a call is under way").isTrue();
      draining.signal("TERM");

      assertThat(draining.exit()).isEqualTo(143);
      assertThat(call.out()).as("nobody answered it any more").isEmpty();
      assertThat(own.resolve("ready")).doesNotExist();
      assertThat(own.resolve(".alknet/run/serve.json")).doesNotExist();
    }
  }

  private static InProcess.Running longCall(RunningCli draining, Path own) throws Exception {
    draining.awaitErr("try it");
    InProcess.Running call = new InProcess(own).start("call", "demo/sleep", "{\"ms\":59998}");
    draining.awaitErr("event=demo_sleep ms=59998");
    return call;
  }

  private static String fingerprint(String line) {
    return line.substring(0, line.indexOf('@'));
  }

  private static RunningCli startCall(RunningCli draining, Path own) throws Exception {
    draining.awaitErr("try it");
    RunningCli call = RunningCli.start(own, "call", "demo/sleep", "{\"ms\":1500}");
    draining.awaitErr("event=demo_sleep ms=1500");
    return call;
  }

  @Test
  void killedNodeIsForgottenAndStartsAgainWithTheSameKey() throws Exception {
    Path own = temp.resolve("killed");
    String before;
    try (RunningCli first =
        RunningCli.start(own, "serve", "--listen", "127.0.0.1:0", "--print-address")) {
      first.awaitErr("try it");
      before = first.out().strip();
      first.process().destroyForcibly();
      first.exit();
    }
    assertThat(own.resolve(".alknet/run/serve.json")).exists();
    assertThat(RunningCli.run(own, "call", "demo/time").exit()).isEqualTo(2);

    try (RunningCli second =
        RunningCli.start(own, "serve", "--listen", "127.0.0.1:0", "--print-address")) {
      second.awaitErr("try it");
      assertThat(fingerprint(second.out())).isEqualTo(fingerprint(before));
      assertThat(RunningCli.run(own, "call", "demo/time").exit()).isZero();
    }
  }

  @Test
  void brokenPipeEndsASubscriptionQuietly() throws Exception {
    Process pipe =
        new ProcessBuilder(
                "sh",
                "-c",
                "{ HOME=\"$1\" \"$0\" -XX:TieredStopAtLevel=1 -jar \"$2\" subscribe"
                    + " demo/ticker '{\"interval_ms\":10}'; echo $? >\"$1/pipe.code\"; }"
                    + " 2>\"$1/pipe.err\" | head -n 1 >\"$1/pipe.out\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                home.toString(),
                Path.of("target", "alknet-cli.jar").toAbsolutePath().toString())
            .start();

    assertThat(pipe.waitFor(RunningCli.LIMIT_SECONDS, java.util.concurrent.TimeUnit.SECONDS))
        .isTrue();
    assertThat(Files.readString(home.resolve("pipe.out"))).startsWith("{\"n\":1,");
    assertThat(Files.readString(home.resolve("pipe.code"))).isEqualTo("0\n");
    assertThat(Files.readString(home.resolve("pipe.err"))).isEmpty();
  }

  @Test
  void helpAndVersionTouchNoHeavyLibrary() throws Exception {
    for (List<String> arguments :
        List.of(
            List.of("--version"),
            List.of("call", "--help"),
            List.of("config", "schema"),
            List.of("__complete", "call", "demo/"))) {
      RunningCli cli =
          RunningCli.start(
              stranger, List.of("-Xlog:class+load:stdout"), arguments.toArray(String[]::new));

      assertThat(cli.exit()).isZero();
      assertThat(cli.out()).contains("org.alknet.cli.Main");
      assertThat(cli.out().lines().filter(ServeAndCallIT::isHeavy)).isEmpty();
    }
  }

  /** SLF4J counts before 21 only: from then on the JDK asks for a logger when a program exits. */
  private static boolean isHeavy(String line) {
    boolean logging = Runtime.version().feature() < 21 && line.contains(" org.slf4j.");
    return logging
        || List.of("io.netty.", "tools.jackson.", "org.sqlite.", "org.bouncycastle.").stream()
            .anyMatch(name -> line.contains(" " + name));
  }
}
