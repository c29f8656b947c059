package org.alknet.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an embedder of core and call gets on the class path, and that the program runs with it. */
class EmbeddingIT {
  private static final long MAX_BYTES = 10_000_000;
  private static final int MAX_JARS = 16;

  /** The run-time class path as Maven resolves it for an embedder, without this project's tests. */
  private static final List<Path> LIBRARIES =
      Arrays.stream(System.getProperty("alknet.runtime.classpath").split(File.pathSeparator))
          .map(Path::of)
          .toList();

  @Test
  void classPathStaysLight() throws IOException {
    long bytes = 0;
    for (Path jar : LIBRARIES) {
      bytes += Files.size(jar);
    }

    assertThat(LIBRARIES).hasSizeLessThanOrEqualTo(MAX_JARS);
    assertThat(bytes).isLessThanOrEqualTo(MAX_BYTES);
  }

  @Test
  void classPathHoldsNothingTheCommandLineNeeds() {
    assertThat(LIBRARIES)
        .extracting(jar -> jar.getFileName().toString())
        .noneMatch(
            name ->
                name.contains("picocli")
                    || name.contains("sqlite")
                    || name.contains("toml")
                    || name.contains("antlr")
                    || name.startsWith("bc")
                    || name.contains("yaml"));
  }

  @Test
  void programRunsWithNothingElse() throws Exception {
    String classPath =
        System.getProperty("alknet.runtime.classpath")
            + File.pathSeparator
            + System.getProperty("alknet.example.classes");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                "org.alknet.examples.embedding.GreetingNode",
                "embedder")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.exitValue()).isZero();
    assertThat(output.strip()).isEqualTo("Hello, embedder!");
  }
}
