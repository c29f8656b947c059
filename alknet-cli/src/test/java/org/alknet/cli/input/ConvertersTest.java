package org.alknet.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** How sizes, durations and ends are written on a command line. */
class ConvertersTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "512, 512", "7B, 7", "64KiB, 65536", "1MiB, 1048576"})
  void sizesMayHaveAUnit(String text, int bytes) {
    assertThat(new SizeConverter().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1KB", "1k", "-1", "1.5MiB", "2048MiB", "99999999999"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> new SizeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("64KiB");
  }

  @ParameterizedTest
  @CsvSource({"7d, 604800", "in 3d, 259200", "90m, 5400"})
  void anEndIsSoLongFromNow(String text, long seconds) {
    Instant before = Instant.now();

    assertThat(new ExpiryConverter().convert(text))
        .isBetween(
            before.plusSeconds(seconds),
            Instant.now().plusSeconds(seconds).plus(Duration.ofMillis(1)));
  }

  @Test
  void anEndIsATime() {
    assertThat(new ExpiryConverter().convert("2999-01-31T12:00:00Z"))
        .isEqualTo(Instant.parse("2999-01-31T12:00:00Z"));
    assertThat(new ExpiryConverter().convert("2999-01-31T12:00:00+02:00"))
        .isEqualTo(Instant.parse("2999-01-31T10:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "in", "2999-01-31", "2000-01-31T12:00:00Z", "0s"})
  void anEndThatIsNoneOrPastIsRefused(String text) {
    assertThatThrownBy(() -> new ExpiryConverter().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
