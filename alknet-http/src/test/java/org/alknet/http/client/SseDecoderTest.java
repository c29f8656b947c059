package org.alknet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.alknet.http.client.SseDecoder.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseDecoderTest {
  private static List<Event> decode(String text) {
    return new SseDecoder(1000).accept(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Event message(String data) {
    return new Event("message", data, Optional.empty());
  }

  @Test
  void severalEventsComeInOrder() {
    assertThat(decode("data: 1\n\ndata:2\r\n\r\ndata:  3\r\r"))
        .containsExactly(message("1"), message("2"), message(" 3"));
  }

  @Test
  void linesOfDataAreJoined() {
    assertThat(decode("data: a\ndata\ndata: b\n\n")).containsExactly(message("a\n\nb"));
  }

  @Test
  void typesAndIdsAreKept() {
    assertThat(decode("id: 7\nevent: error\ndata: x\n\ndata: y\n\n"))
        .containsExactly(
            new Event("error", "x", Optional.of("7")), new Event("message", "y", Optional.of("7")));
  }

  @Test
  void commentsAMarkAtTheStartAndTheUnfinishedAreNoEvents() {
    assertThat(decode("\ufeffdata: a\n\n: comment\n\nretry: 5\n\nevent: x\n\ndata: tail\n"))
        .containsExactly(message("a"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void piecesOfAnySizeGiveTheSameEventsFromSeed(long seed) {
    Random random = new Random(seed);
    String alphabet = "da:t \n\r\u00e4\u20ac\ud83d\ude00";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append(random.nextInt(4) == 0 ? "\ndata: " : "");
      int at = random.nextInt(alphabet.length() - 1);
      text.append(at < alphabet.length() - 2 ? alphabet.substring(at, at + 1) : "\ud83d\ude00");
    }
    byte[] bytes = text.append("\n\n").toString().getBytes(StandardCharsets.UTF_8);
    List<Event> whole = new SseDecoder(10_000).accept(bytes);

    SseDecoder byteByByte = new SseDecoder(10_000);
    List<Event> single = new ArrayList<>();
    for (byte b : bytes) {
      single.addAll(byteByByte.accept(new byte[] {b}));
    }
    SseDecoder inPieces = new SseDecoder(10_000);
    List<Event> pieces = new ArrayList<>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + random.nextInt(20));
      pieces.addAll(inPieces.accept(Arrays.copyOfRange(bytes, at, end)));
      at = end;
    }

    assertThat(whole).isNotEmpty();
    assertThat(single).isEqualTo(whole);
    assertThat(pieces).isEqualTo(whole);
  }

  @Test
  void anEventThatIsTooLongIsRefused() {
    SseDecoder decoder = new SseDecoder(100);

    assertThatThrownBy(() -> decoder.accept(new byte[101]))
        .isInstanceOf(IllegalStateException.class);
  }
}
