package org.alknet.call.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Short connections by the thousand leave nothing behind: no buffer (Netty's leak detector at its
 * paranoid level sees every one of them), no thread, no descriptor.
 */
class SoakIT {
  private static final boolean FULL = "full".equals(System.getProperty("alknet.soak"));
  private static final int CONNECTIONS = FULL ? 10_000 : 2_000;
  private static final int CALLS_EACH = 10;

  @Test
  void shortConnectionsLeaveNothingBehind(@TempDir Path directory) throws Exception {
    Path output = directory.resolve("out.txt");
    Path errors = directory.resolve("err.txt");
    Process soak =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dio.netty.leakDetection.level=paranoid",
                "-cp",
                classPath(),
                "org.alknet.call.soak.Soak",
                Integer.toString(CONNECTIONS),
                Integer.toString(CALLS_EACH),
                "4")
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();

    boolean ended = soak.waitFor(FULL ? 60 : 10, TimeUnit.MINUTES);
    soak.destroyForcibly();

    String said = read(output);
    assertThat(ended).as("errors: %s", read(errors)).isTrue();
    assertThat(soak.exitValue()).as("errors: %s", read(errors)).isZero();
    assertThat(said)
        .contains("connections=" + CONNECTIONS + " calls=" + CONNECTIONS * CALLS_EACH)
        .contains("threads_left=0 descriptors_left=0");
    assertThat(read(errors)).doesNotContain("LEAK");
    System.out.println("soak: " + said.strip());
  }

  /** The modules of this run as a class path, so that Netty's reports reach the error output. */
  private static String classPath() {
    return Stream.of(
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path", ""),
            testClasses())
        .flatMap(path -> Arrays.stream(path.split(File.pathSeparator)))
        .filter(entry -> !entry.isEmpty() && !entry.contains("slf4j-nop"))
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Patched into the module, so on neither path. */
  private static String testClasses() {
    return Path.of("target", "test-classes").toAbsolutePath().toString();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
