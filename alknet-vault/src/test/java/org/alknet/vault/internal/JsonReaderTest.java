package org.alknet.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReaderTest {
  private static void skipAll(String json) throws MalformedJsonException {
    JsonReader reader = new JsonReader(json);
    reader.skipValue();
    reader.readEnd();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " [ ] ",
        "{ }",
        "\"\"",
        "0",
        "-0",
        "12",
        "-1.5",
        "1e5",
        "1E+5",
        "1.25e-10",
        "true",
        "false",
        "null",
        "[1,[2,{\"a\":[]}],\"x\"]",
        "{\"a\":{\"b\":null},\"c\":1}",
        "\t\n\r 1 ",
        "\"\\u00e9\\ud83d\\udd11\"",
        "{\"a\":1,\"A\":2}",
        "[ 1 , 2 ]"
      })
  void validTextIsSkipped(String json) throws MalformedJsonException {
    skipAll(json);
    assertThat(json).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "}",
        "]",
        "{]",
        "[}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "01",
        "-",
        "-a",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "0x1",
        "tru",
        "nul",
        "True",
        "NaN",
        "\"",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\u\u0661234\"",
        "\"\t\"",
        "\"\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\ud800\"",
        "1 1",
        "{} {}",
        "\ufeff{}",
        "'a'",
        "/*c*/1",
        "{\"a\":1,\"a\":2}",
        "{\"x\":{\"a\":1,\"\\u0061\":2}}",
        "\u00a01"
      })
  void malformedTextIsRefused(String json) {
    assertThatThrownBy(() -> skipAll(json))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessageMatching(".* at position \\d+");
  }

  @Test
  void stringsAreUnescaped() throws MalformedJsonException {
    assertThat(new JsonReader("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00fF\"").readString())
        .isEqualTo("\"\\/\b\f\n\r\tA\u00ff");
  }

  @Test
  void unsignedNumbersStayInTheirRange() throws MalformedJsonException {
    assertThat(new JsonReader("0").readUnsigned(0)).isZero();
    assertThat(new JsonReader(" 4294967295 ").readUnsigned(4_294_967_295L))
        .isEqualTo(4_294_967_295L);
    assertThat(new JsonReader("10").readUnsigned(10)).isEqualTo(10);
    for (String json :
        List.of(
            "11",
            "-1",
            "-0",
            "1.0",
            "1e0",
            "1E0",
            "00",
            "01",
            "",
            "\"1\"",
            "99999999999999999999")) {
      assertThatThrownBy(() -> new JsonReader(json).readUnsigned(10))
          .as(json)
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void arraysCountTheirElements() throws MalformedJsonException {
    List<Long> values = new ArrayList<>();
    JsonReader reader = new JsonReader("[ 7, 8 ,9]");
    reader.readArray(index -> values.add(index * 100L + reader.readUnsigned(99)));
    reader.readEnd();
    assertThat(values).containsExactly(7L, 108L, 209L);
  }

  @Test
  void nestingEndsAt128Levels() throws MalformedJsonException {
    skipAll("[".repeat(128) + "]".repeat(128));
    skipAll("[" + "[[]],{\"a\":[]},".repeat(200) + "1]");
    assertThatThrownBy(() -> skipAll("[".repeat(129) + "]".repeat(129)))
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> skipAll("{\"a\":".repeat(129) + "1" + "}".repeat(129)))
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void nextValueIsSeenWithoutBeingRead() throws MalformedJsonException {
    JsonReader reader = new JsonReader("  \"x\"");
    assertThat(reader.nextIs('"')).isTrue();
    assertThat(reader.nextIs('[')).isFalse();
    assertThat(reader.readString()).isEqualTo("x");
    assertThat(reader.nextIs('"')).isFalse();
  }

  @Test
  void quotedTextReadsBack() throws MalformedJsonException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x180; c++) {
      all.append(c);
    }
    String quoted = JsonText.quote(all.toString());
    assertThat(new JsonReader(quoted).readString()).isEqualTo(all.toString());
    assertThat(JsonText.quote("a\"\\\b\f\n\r\t\u0001\u001f \u007f"))
        .isEqualTo("\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f \u007f\"");
  }
}
