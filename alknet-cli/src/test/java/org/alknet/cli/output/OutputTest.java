package org.alknet.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

class OutputTest {
  private static final Styles PLAIN = new Styles(false, true);

  @Test
  void nothingATerminalObeysIsShown() {
    assertThat(Escape.text("a\u001b[31mb\r\n\u009bc")).isEqualTo("a\\x1b[31mb\\x0d\\x0a\\x9bc");
    assertThat(Escape.text("x\u202ey\ud800z")).isEqualTo("x\\u202ey\\ud800z");
    assertThat(Escape.text("grüße 🙂")).isEqualTo("grüße 🙂");
  }

  @Test
  void longTextIsCut() {
    assertThat(Escape.text("x".repeat(2000))).hasSize(2000);
    assertThat(Escape.text("x".repeat(2001))).hasSize(2003).endsWith("x...");
  }

  @Test
  void jsonIsSafeForATerminalAndMeansTheSame() {
    JsonNode value = JsonNodeFactory.instance.stringNode("a\u001b\u009b\u007f\u202e\nü");

    String shown = JsonWriter.compact(value);

    assertThat(shown).isEqualTo("\"a\\u001B\\u009b\\u007f\\u202e\\nü\"");
    assertThat(JsonMapper.shared().readTree(shown)).isEqualTo(value);
  }

  @Test
  void tableIsAlignedEscapedAndCutToTheTerminal() {
    TableWriter table = new TableWriter("NAME", "TYPE").row("a/long-name", "query").row("b\n", "x");

    assertThat(table.lines(0, PLAIN))
        .containsExactly("NAME         TYPE", "a/long-name  query", "b\\x0a        x");
    assertThat(table.lines(10, PLAIN)).allMatch(line -> line.length() <= 10);
    assertThat(table.lines(10, PLAIN).get(1)).isEqualTo("a/long-na…");
    assertThat(table.lines(10, new Styles(false, false)).get(1)).isEqualTo("a/long-...");
  }

  @Test
  void coloursAndShortFingerprintsAreForTerminals() {
    String full = "ed25519:" + "0123456789abcdef".repeat(4);

    assertThat(PLAIN.strong("x")).isEqualTo("x");
    assertThat(new Styles(true, true).strong("x")).isEqualTo("\u001b[1mx\u001b[0m");
    assertThat(PLAIN.fingerprint(full)).isEqualTo("ed25519:0123…cdef");
  }

  @Test
  void brokenPipeIsToldFromOtherFailures() {
    assertThatThrownBy(() -> failing("Broken pipe").line("x".repeat(9000)))
        .isInstanceOf(BrokenPipeException.class);
    assertThatThrownBy(() -> failing("No space left on device").line("x".repeat(9000)))
        .isNotInstanceOf(BrokenPipeException.class)
        .isInstanceOf(IOException.class);
  }

  private static ResultStream failing(String message) {
    return new ResultStream(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(message);
          }
        });
  }
}
