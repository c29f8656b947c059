package org.alknet.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs of JUnit in processes of their own: one that shows a secret fails, one that does not ends
 * well.
 */
class CanaryRunTest {
  private static final String SECRET = "alk_the-secret-of-a-child";

  @ParameterizedTest
  @ValueSource(classes = {Prints.class, PrintsToStderr.class, Logs.class, LogsACause.class})
  void aRunThatShowsASecretFailsAndSaysWhich(Class<?> tests) throws Exception {
    Child child = run(tests);

    assertThat(child.exit).isEqualTo(1);
    assertThat(child.output)
        .contains("these secrets of tests were printed or logged: [the token of a child]");
  }

  @Test
  void aRunThatKeepsItsSecretsEndsWell() throws Exception {
    Child child = run(Keeps.class);

    assertThat(child.output).contains("the tests are over").doesNotContain("printed or logged");
    assertThat(child.exit).isZero();
  }

  private record Child(int exit, String output) {}

  private static Child run(Class<?> tests) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                Main.class.getName(),
                tests.getName())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return new Child(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Everything this process has, whether on its class path or on its module path. */
  private static String classPath() throws Exception {
    Set<String> entries = new LinkedHashSet<>();
    Path classes =
        Path.of(CanaryListener.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    entries.add(classes.resolveSibling("classes").toString());
    entries.add(classes.resolveSibling("test-classes").toString());
    entries.add(System.getProperty("jdk.module.path", ""));
    entries.add(System.getProperty("java.class.path"));
    entries.remove("");
    return String.join(java.io.File.pathSeparator, entries);
  }

  /** The child. Its listener is found the way every run finds it. */
  static final class Main {
    private Main() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      try (LauncherSession session = LauncherFactory.openSession()) {
        session
            .getLauncher()
            .execute(
                LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectClass(arguments[0]))
                    .build());
        System.out.println("the tests are over");
      }
    }
  }

  private static String secret() {
    return Canaries.register("the token of a child", SECRET);
  }

  /** Not found by the run of this module, because its name says nothing of a test. */
  static class Prints {
    @Test
    @SuppressWarnings("SystemOut")
    void prints() {
      System.out.println("the token is " + secret());
    }
  }

  /** See {@link Prints}. */
  static class PrintsToStderr {
    @Test
    @SuppressWarnings("SystemOut")
    void prints() {
      System.err.print(secret()); // no end of line
    }
  }

  /** See {@link Prints}. */
  static class Logs {
    @Test
    void logs() {
      System.getLogger("child").log(Level.INFO, "event=auth token=" + secret());
    }
  }

  /** See {@link Prints}. */
  static class LogsACause {
    @Test
    void logs() {
      System.getLogger("child")
          .log(Level.WARNING, "failed", new IllegalStateException("a", new Exception(secret())));
    }
  }

  /** See {@link Prints}. */
  static class Keeps {
    @Test
    void keeps() {
      System.getLogger("child").log(Level.INFO, "token of " + secret().length() + " characters");
    }
  }
}
