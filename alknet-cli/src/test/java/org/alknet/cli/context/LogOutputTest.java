package org.alknet.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.alknet.cli.context.GlobalOptions.LogLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogOutputTest {
  private static final System.Logger LOG = System.getLogger("org.alknet.test.Sample");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void silence() {
    LogOutput.install(new ByteArrayOutputStream(), LogLevel.off, LogFormat.text);
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void textIsALineNoMessageBreaksOutOf() {
    LogOutput.install(out, LogLevel.info, LogFormat.text);
    LOG.log(Level.INFO, "event={0} \u001b[31m\nsecond", "x");
    LOG.log(Level.WARNING, "trouble", new IllegalStateException("why"));
    LOG.log(Level.DEBUG, "unseen");

    assertThat(lines().get(0))
        .matches(
            "[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}(Z|[+-][0-9:]{5}) \\[INFO] Sample"
                + " event=x \\\\x1b\\[31m\\\\x0asecond");
    assertThat(lines().get(1)).endsWith("[WARN] Sample trouble");
    assertThat(lines().get(2)).isEqualTo("java.lang.IllegalStateException: why");
    assertThat(lines()).noneMatch(line -> line.contains("unseen"));
  }

  @Test
  void jsonIsOneObjectALine() {
    LogOutput.install(out, LogLevel.info, LogFormat.json);
    LOG.log(Level.ERROR, "a \"quoted\"\nword\u202e", new IllegalStateException("why"));
    LOG.log(Level.INFO, "plain");
    JsonNode first = JsonMapper.shared().readTree(lines().get(0));
    JsonNode second = JsonMapper.shared().readTree(lines().get(1));

    assertThat(lines()).hasSize(2).allMatch(line -> line.chars().allMatch(c -> c < 0x7f));
    assertThat(first.path("level").asString()).isEqualTo("error");
    assertThat(first.path("logger").asString()).isEqualTo("org.alknet.test.Sample");
    assertThat(first.path("message").asString()).isEqualTo("a \"quoted\"\nword\u202e");
    assertThat(first.path("exception").asString()).startsWith("java.lang.IllegalStateException");
    assertThat(second.has("exception")).isFalse();
    assertThat(second.path("time").asString()).endsWith("Z");
  }

  @Test
  void levelChangesWhileItRuns() {
    LogOutput.install(out, LogLevel.warn, LogFormat.text);
    LOG.log(Level.INFO, "one");
    LogOutput.level(LogLevel.trace);
    LOG.log(Level.TRACE, "two");
    LogOutput.level(LogLevel.off);
    LOG.log(Level.ERROR, "three");

    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0)).endsWith("[TRACE] Sample two");
  }

  @Test
  void homeIsWhatAShellCallsItAndTheUserDatabaseOtherwise() {
    Path fallback = Path.of(System.getProperty("user.home"));

    assertThat(CliContext.home("/srv/alknet")).isEqualTo(Path.of("/srv/alknet"));
    assertThat(CliContext.home("relative")).isEqualTo(fallback);
    assertThat(CliContext.home("")).isEqualTo(fallback);
    assertThat(CliContext.home(null)).isEqualTo(fallback);
  }
}
