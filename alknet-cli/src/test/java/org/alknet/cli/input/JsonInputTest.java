package org.alknet.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.InProcess;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.CliException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonInputTest {
  @TempDir Path home;

  private CliContext context(String stdin) {
    return new InProcess(home)
        .input(stdin)
        .context(new ByteArrayOutputStream(), new ByteArrayOutputStream());
  }

  private String read(@Nullable String input, List<String> texts, List<String> values)
      throws Exception {
    return JsonInput.read(
            context("{\"from\":\"stdin\"}"), Optional.ofNullable(input), texts, values)
        .toString();
  }

  @Test
  void inputIsTextFileOrStandardInputAndAnEmptyObjectOtherwise() throws Exception {
    Files.writeString(home.resolve("in.json"), "[1, 2]\n");

    assertThat(read(null, List.of(), List.of())).isEqualTo("{}");
    assertThat(read("\"@text\"", List.of(), List.of())).isEqualTo("\"@text\"");
    assertThat(read("@in.json", List.of(), List.of())).isEqualTo("[1,2]");
    assertThat(read("-", List.of(), List.of())).isEqualTo("{\"from\":\"stdin\"}");
  }

  @Test
  void pairsExtendTheObjectAndDotsNest() throws Exception {
    assertThat(read("{\"a\":{\"x\":1}}", List.of("a.b=t=1", "c=5"), List.of("d.e.f:=[true]")))
        .isEqualTo("{\"a\":{\"x\":1,\"b\":\"t=1\"},\"c\":\"5\",\"d\":{\"e\":{\"f\":[true]}}}");
  }

  @Test
  void numbersKeepEveryDigit() throws Exception {
    assertThat(read("[1.10,12345678901234567890123]", List.of(), List.of()))
        .isEqualTo("[1.10,12345678901234567890123]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{\"a\":1,\"a\":2}", "1 2", "{'a':1}"})
  void anythingElseIsRefused(String input) {
    assertThatThrownBy(() -> read(input, List.of(), List.of()))
        .isInstanceOfSatisfying(
            CliException.class, failure -> assertThat(failure.exit()).isEqualTo(2));
  }

  @Test
  void missingFileIs6() {
    assertThatThrownBy(() -> read("@missing.json", List.of(), List.of()))
        .isInstanceOfSatisfying(
            CliException.class, failure -> assertThat(failure.exit()).isEqualTo(6));
  }

  @Test
  void directoryIs2() {
    assertThatThrownBy(() -> read("@.", List.of(), List.of()))
        .isInstanceOfSatisfying(
            CliException.class, failure -> assertThat(failure.exit()).isEqualTo(2));
  }

  @Test
  void pairsNeedAnObjectAndASeparator() {
    assertThatThrownBy(() -> read("[]", List.of("a=b"), List.of())).hasMessageContaining("extend");
    assertThatThrownBy(() -> read("{}", List.of("ab"), List.of())).hasMessageContaining("KEY=TEXT");
    assertThatThrownBy(() -> read("{}", List.of(), List.of("a=1"))).hasMessageContaining(":=");
    assertThatThrownBy(() -> read("{\"a\":1}", List.of("a.b=c"), List.of()))
        .hasMessageContaining("is no object");
  }

  @Test
  void standardInputBeyondTheLimitIsRefused() {
    CliContext endless =
        CliContext.builder()
            .in(
                new java.io.InputStream() {
                  @Override
                  public int read() {
                    return ' ';
                  }

                  @Override
                  public int read(byte[] bytes, int offset, int length) {
                    return length;
                  }
                })
            .platform(new InProcess.QuietPlatform())
            .build();

    assertThatThrownBy(() -> JsonInput.read(endless, Optional.of("-"), List.of(), List.of()))
        .hasMessageContaining("longer than 64 MiB");
  }
}
