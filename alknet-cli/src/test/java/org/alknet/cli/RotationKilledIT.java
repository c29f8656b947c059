package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.child.RotatingChild;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Rotations in processes that the system kills, at every credential. */
class RotationKilledIT {
  private static final int SIGKILLED = 128 + 9;

  @TempDir Path home;

  private long version = 2;

  @BeforeEach
  void vault() throws Exception {
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    run("init", "--vault", "--password-file", "password");
  }

  private Result run(String... arguments) {
    Result result = new InProcess(home).run(arguments);
    assertThat(result.exit()).as(result.err()).isZero();
    return result;
  }

  private List<String> credentials(int number) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 1; i <= number; i++) {
      String name = "service-" + (char) ('a' + i - 1);
      TestVault.secret(home.resolve("value"), "value-of-" + name);
      run("credential", "put", name, "--file", "value");
      names.add(name);
    }
    return names;
  }

  @Test
  void processKilledAfterAnyCredentialLeavesAllReadableAndTheNextOneFinishes() throws Exception {
    List<String> names = credentials(3);
    for (int cut = 1; cut < names.size(); cut++) {
      killed(cut, 0);
      everyCredentialIsReadable(names);
      assertThat(rest()).contains((names.size() - cut) + " rotated, " + cut + " skipped, 0 failed");
      everyCredentialIsReadable(names);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "alknet.soak", matches = "full")
  void processKilledAtAnyMomentLeavesAllReadable() throws Exception {
    List<String> names = credentials(20);
    Random random = new Random(20260101);
    for (int round = 0; round < 100; round++) {
      int cut = 1 + random.nextInt(names.size() - 1);
      killed(cut, 1 + random.nextInt(3000));
      everyCredentialIsReadable(names);
      assertThat(rest()).contains(", 0 failed");
      everyCredentialIsReadable(names);
    }
  }

  /** The process may be through with the last credentials before the system gets to it. */
  private void killed(int cut, int graceMicros) throws Exception {
    version++;
    File log = home.resolve("child.log").toFile();
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.sqlite.tmpdir=" + home.resolve(".alknet/native"),
                "-cp",
                Path.of("target", "test-classes").toAbsolutePath()
                    + File.pathSeparator
                    + Path.of("target", "alknet-cli.jar").toAbsolutePath(),
                RotatingChild.class.getName(),
                home.resolve(".alknet").toString(),
                Long.toString(version),
                Integer.toString(cut),
                Integer.toString(graceMicros))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertThat(child.waitFor(RunningCli.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    if (graceMicros == 0) {
      assertThat(child.exitValue()).as(Files.readString(log.toPath())).isEqualTo(SIGKILLED);
    }
  }

  private String rest() {
    return run("vault", "rotate", "--to", Long.toString(version)).out();
  }

  private void everyCredentialIsReadable(List<String> names) {
    for (String name : names) {
      assertThat(run("credential", "get", name, "--reveal").out())
          .isEqualTo("value-of-" + name + "\n");
    }
    assertThat(run("store", "check", "--deep").out()).isEqualTo("ok\n");
  }
}
