package org.alknet.call.wire;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.connection.CallLimits;
import org.alknet.core.connection.RecvStream;
import org.alknet.testkit.Await;
import org.alknet.testkit.Frames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FrameReaderTest {
  private static final int MAX = CallLimits.MAX_FRAME_BYTES;

  /** Gives out prepared bytes, at most so many at a time, and then ends. */
  private static final class Bytes implements RecvStream {
    private final ByteBuffer bytes;
    private final int atMost;
    private int reads;

    Bytes(byte[] bytes, int atMost) {
      this.bytes = ByteBuffer.wrap(bytes);
      this.atMost = atMost;
    }

    @Override
    public CompletionStage<Integer> read(ByteBuffer into) {
      reads++;
      if (!bytes.hasRemaining()) {
        return CompletableFuture.completedFuture(-1);
      }
      int n = Math.min(Math.min(atMost, bytes.remaining()), into.remaining());
      into.put(bytes.slice(bytes.position(), n));
      bytes.position(bytes.position() + n);
      return CompletableFuture.completedFuture(n);
    }

    @Override
    public void stop(long code) {}
  }

  private static FrameReader reader(byte[] bytes) {
    return new FrameReader(
        new Bytes(bytes, Integer.MAX_VALUE), MAX, new ReadBudget(256L << 20), Runnable::run);
  }

  private static EventEnvelope read(FrameReader reader) throws FrameException {
    FrameReader.Received received = Await.result(reader.next());
    received.lease().release();
    return received.envelope().parsed();
  }

  private static FrameException failure(FrameReader reader) {
    // Whether the payload is JSON shows when it is parsed.
    return Await.failure(
        reader
            .next()
            .thenCompose(
                received -> {
                  try {
                    received.lease().release();
                    return CompletableFuture.completedFuture(received.envelope().parsed());
                  } catch (FrameException malformed) {
                    return CompletableFuture.failedFuture(malformed);
                  }
                }),
        FrameException.class);
  }

  private static byte[] bytes(EventEnvelope envelope) throws FrameException {
    ByteBuffer frame = EnvelopeCodec.encode(envelope);
    byte[] copy = new byte[frame.remaining()];
    frame.get(copy);
    return copy;
  }

  private static EventEnvelope envelope(String id, JsonNode output) {
    return EventEnvelope.responded(id, output);
  }

  @Test
  void envelopesComeBackInOrder() throws Exception {
    List<EventEnvelope> sent =
        List.of(
            envelope("a", json("{'x':[1,2.50,null,true,'é😀']}")),
            EventEnvelope.completed("b"),
            EventEnvelope.aborted("c"),
            envelope("d", json("null")));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (EventEnvelope envelope : sent) {
      all.writeBytes(bytes(envelope));
    }
    FrameReader reader = reader(all.toByteArray());

    for (EventEnvelope envelope : sent) {
      assertThat(read(reader)).isEqualTo(envelope);
    }
    assertThat(failure(reader).kind()).isEqualTo(FrameException.Kind.CONNECTION_CLOSED);
  }

  @Test
  void theEndAtABoundaryIsNoOffence() {
    FrameReader reader = reader(new byte[0]);

    FrameException end = failure(reader);

    assertThat(end.kind()).isEqualTo(FrameException.Kind.CONNECTION_CLOSED);
    assertThat(end.isOffence()).isFalse();
  }

  @Test
  void theEndWithinAFrameIsAnOffenceWhereverItComes() throws Exception {
    byte[] frame = bytes(envelope("a", json("'" + "x".repeat(100_000) + "'")));
    for (int cut : new int[] {1, 3, 4, 5, 1000, 70_000, frame.length - 1}) {
      FrameReader reader = reader(java.util.Arrays.copyOf(frame, cut));

      FrameException end = failure(reader);

      assertThat(end.kind()).as("cut at %d", cut).isEqualTo(FrameException.Kind.CONNECTION_CLOSED);
      assertThat(end.isOffence()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 67_108_865L, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
  void aLengthOutOfRangeIsInvalid(long length) {
    FrameException bad = failure(reader(Frames.prefix(length)));

    assertThat(bad.kind()).isEqualTo(FrameException.Kind.INVALID_FRAME);
    assertThat(bad.isOffence()).isTrue();
    assertThat(bad).hasMessageContaining(Long.toString(length));
  }

  @Test
  void theLongestFrameIsAccepted() throws Exception {
    byte[] head = "{\"type\":\"t\",\"id\":\"i\",\"payload\":\"".getBytes(StandardCharsets.UTF_8);
    byte[] tail = "\"}".getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[MAX];
    java.util.Arrays.fill(body, (byte) 'x');
    System.arraycopy(head, 0, body, 0, head.length);
    System.arraycopy(tail, 0, body, MAX - tail.length, tail.length);

    EventEnvelope read = read(reader(Frames.frame(body)));

    assertThat(read.payload().asString()).hasSize(MAX - head.length - tail.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 40 << 20})
  void largeStringsSurvive(int length) throws Exception {
    String text = "ab".repeat(length / 2);
    byte[] frame = bytes(envelope("a", json("'" + text + "'")));

    EventEnvelope read = read(reader(frame));

    assertThat(read.payload().path("output").asString()).isEqualTo(text);
  }

  @Test
  void bytesMayComeInAnyPieces() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<EventEnvelope> sent = new ArrayList<>();
    for (int size : new int[] {0, 10, 2030, 2048, 65_480, 65_536, 200_000, 3}) {
      EventEnvelope envelope = envelope("i" + size, json("'" + "z".repeat(size) + "'"));
      sent.add(envelope);
      all.writeBytes(bytes(envelope));
    }
    for (int atMost : new int[] {1, 2, 3, 7, 1023, 4096, 65_536, 1 << 20}) {
      FrameReader reader =
          new FrameReader(
              new Bytes(all.toByteArray(), atMost), MAX, new ReadBudget(1 << 20), Runnable::run);
      for (EventEnvelope envelope : sent) {
        assertThat(read(reader)).as("in pieces of %d", atMost).isEqualTo(envelope);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "{\"type\":\"t\",\"id\":\"i\"}",
        "{\"type\":\"t\",\"payload\":1}",
        "{\"id\":\"i\",\"payload\":1}",
        "{\"type\":null,\"id\":\"i\",\"payload\":1}",
        "{\"type\":\"t\",\"id\":7,\"payload\":1}",
        "{\"type\":\"t\",\"type\":\"t\",\"id\":\"i\",\"payload\":1}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":1,\"payload\":2}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":1} x",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":1}{}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":NaN}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":01}",
        "{'type':'t','id':'i','payload':1}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":1,}",
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":1 /* c */}"
      })
  void aBodyThatIsNoEnvelopeIsJsonTrouble(String body) {
    byte[] bytes = body.isEmpty() ? new byte[] {' '} : body.getBytes(StandardCharsets.UTF_8);

    FrameException bad = failure(reader(Frames.frame(bytes)));

    assertThat(bad.kind()).isEqualTo(FrameException.Kind.JSON);
    assertThat(bad.isOffence()).isTrue();
  }

  @Test
  void nullIsAPayload() throws Exception {
    EventEnvelope read =
        read(reader(Frames.frame("{\"type\":\"t\",\"id\":\"i\",\"payload\":null}")));

    assertThat(read.payload().isNull()).isTrue();
  }

  @Test
  void theTroubleNeverRepeatsWhatWasRead() {
    FrameException bad = failure(reader(Frames.frame("{\"auth_token\": alk_secret")));

    assertThat(bad).hasMessageNotContaining("alk_secret");
    assertThat(bad.getCause()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c080",
        "c0af",
        "e080af",
        "eda080",
        "f08080af",
        "f4908080",
        "ff",
        "80",
        "c3",
        "e282"
      })
  void malformedUtf8IsJsonTrouble(String hex) {
    byte[] body =
        Frames.concat(
            "{\"type\":\"t\",\"id\":\"i\",\"payload\":\"".getBytes(StandardCharsets.UTF_8),
            Frames.hex(hex),
            "\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(failure(reader(Frames.frame(body))).kind()).isEqualTo(FrameException.Kind.JSON);
  }

  @Test
  void otherEncodingsAreJsonTrouble() {
    String text = "{\"type\":\"t\",\"id\":\"i\",\"payload\":1}";
    for (var charset :
        List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.UTF_16)) {
      assertThat(failure(reader(Frames.frame(text.getBytes(charset)))).kind())
          .as("%s", charset)
          .isEqualTo(FrameException.Kind.JSON);
    }
  }

  @Test
  void nestingIsBoundedInBothDirections() throws Exception {
    // The envelope is one level, its payload object another.
    JsonNode fits = json("[".repeat(126) + "]".repeat(126));
    JsonNode tooDeep = json("[".repeat(127) + "]".repeat(127));

    assertThat(read(reader(bytes(envelope("a", fits)))).payload().path("output")).isEqualTo(fits);
    assertThatThrownBy(() -> EnvelopeCodec.encode(envelope("a", tooDeep)))
        .isInstanceOfSatisfying(
            FrameException.class,
            bad -> assertThat(bad.kind()).isEqualTo(FrameException.Kind.JSON));
    String raw =
        "{\"type\":\"t\",\"id\":\"i\",\"payload\":{\"output\":"
            + "[".repeat(127)
            + "]".repeat(127)
            + "}}";
    assertThat(failure(reader(Frames.frame(raw))).kind()).isEqualTo(FrameException.Kind.JSON);
  }

  @Test
  void anExponentBeyondAllLimitsIsJsonTrouble() {
    // Once escaped as a NumberFormatException, and the read never ended.
    FrameReader reader =
        reader(Frames.frame("{\"type\":\"t\",\"id\":\"i\",\"payload\":[1E-2147483648]}"));

    assertThat(failure(reader).kind()).isEqualTo(FrameException.Kind.JSON);
  }

  @Test
  void aNestingBombIsRefusedCheaply() {
    String bomb = "{\"x\":" + "[".repeat(1_000_000);

    assertThat(failure(reader(Frames.frame(bomb))).kind()).isEqualTo(FrameException.Kind.JSON);
  }

  @Test
  void numbersAreBoundedInBothDirections() throws Exception {
    String longest = "1".repeat(1000);
    assertThat(read(reader(bytes(envelope("a", json(longest))))).payload().path("output"))
        .isEqualTo(json(longest));
    JsonNode tooLong =
        tools.jackson.databind.node.JsonNodeFactory.instance.numberNode(
            new java.math.BigInteger("1".repeat(1001)));
    assertThatThrownBy(() -> EnvelopeCodec.encode(envelope("a", tooLong)))
        .isInstanceOf(FrameException.class);
    assertThat(
            failure(
                    reader(
                        Frames.frame(
                            "{\"type\":\"t\",\"id\":\"i\",\"payload\":" + "1".repeat(1001) + "}")))
                .kind())
        .isEqualTo(FrameException.Kind.JSON);
  }

  @Test
  void aLoneSurrogateTravelsAsAnEscape() throws Exception {
    JsonNode lone = json("'\\ud800'");

    assertThat(read(reader(bytes(envelope("a", lone)))).payload().path("output")).isEqualTo(lone);
  }

  @Test
  void aFrameThatIsTooLongCannotBeWritten() {
    JsonNode large = json("'" + "x".repeat(MAX) + "'");

    assertThatThrownBy(() -> EnvelopeCodec.encode(envelope("a", large)))
        .isInstanceOfSatisfying(
            FrameException.class,
            bad -> assertThat(bad.kind()).isEqualTo(FrameException.Kind.INVALID_FRAME));
  }

  @Test
  void numbersKeepTheirDigits() throws Exception {
    String text =
        "[0.1,1.10,12345678901234567890123,1E+400,9007199254740993,2.50000000000000000000001]";
    String frame =
        new String(bytes(read(reader(bytes(envelope("a", json(text)))))), StandardCharsets.UTF_8);

    assertThat(frame).contains(text);
  }

  @Test
  void memoryIsTakenAsBytesArriveAndNotAsThePeerPromises() {
    ReadBudget budget = new ReadBudget(1 << 20);
    Bytes stream = new Bytes(Frames.concat(Frames.prefix(60_000_000), new byte[100_000]), 50_000);
    FrameReader reader = new FrameReader(stream, MAX, budget, Runnable::run);

    assertThat(failure(reader).isOffence()).isTrue();

    assertThat(stream.reads).isGreaterThan(2);
    assertThat(budget.used()).isZero();
  }

  @Test
  void beyondTheBudgetReadingFailsAndGivesEverythingBack() {
    ReadBudget process = new ReadBudget(10 << 20);
    ReadBudget budget = process.within(200_000);
    byte[] frame = Frames.frame("{\"x\":\"" + "y".repeat(400_000) + "\"}");
    FrameReader reader = new FrameReader(new Bytes(frame, 10_000), MAX, budget, Runnable::run);

    FrameException bad = failure(reader);

    assertThat(bad.kind()).isEqualTo(FrameException.Kind.OVER_BUDGET);
    assertThat(bad.isOffence()).isFalse();
    assertThat(budget.used()).isZero();
    assertThat(process.used()).isZero();
  }

  @Test
  void aLargeFrameHoldsItsBytesUntilItIsReleased() throws Exception {
    ReadBudget process = new ReadBudget(10 << 20);
    byte[] frame = bytes(envelope("a", json("'" + "y".repeat(400_000) + "'")));
    FrameReader reader =
        new FrameReader(new Bytes(frame, 10_000), MAX, process.within(5 << 20), Runnable::run);

    Lease lease = Await.result(reader.next()).lease();

    assertThat(process.used()).isEqualTo(frame.length - 4L);
    assertThat(lease.bytes()).isEqualTo(frame.length - 4L);
    lease.release();
    lease.release();
    assertThat(process.used()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomValuesSurviveFromSeed(long seed) throws Exception {
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<EventEnvelope> sent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      EventEnvelope envelope =
          new EventEnvelope("t" + random.nextInt(9), "i" + i, json(RandomJson.value(random, 5)));
      sent.add(envelope);
      all.writeBytes(bytes(envelope));
    }
    FrameReader reader =
        new FrameReader(
            new Bytes(all.toByteArray(), 1 + random.nextInt(5000)),
            MAX,
            new ReadBudget(1 << 24),
            Runnable::run);

    for (EventEnvelope envelope : sent) {
      assertThat(read(reader)).isEqualTo(envelope);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void randomBytesNeverDoAnythingButFailFromSeed(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] valid = bytes(envelope("abc", json("{'a':[1,2.5,'x',{'b':null}],'c':'é'}")));
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = valid.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        broken[4 + random.nextInt(broken.length - 4)] = (byte) random.nextInt(256);
      }
      try {
        Await.result(reader(broken).next());
      } catch (AssertionError failed) {
        assertThat(failed.getCause()).isInstanceOf(FrameException.class);
      }
    }
  }
}
