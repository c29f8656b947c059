package org.alknet.call.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of frames: the committed corpus, and what seeds make of it. */
class EnvelopeFuzzTest {
  private static final Corpus CORPUS = new Corpus(EnvelopeFuzzTest.class);
  private static final int MUTANTS = 10_000;

  /** Any body is an envelope or JSON trouble, the same in one step, in two, and in chunks. */
  static Optional<EventEnvelope> check(byte[] body) {
    Optional<EventEnvelope> whole = decode(body);
    assertThat(whole)
        .as("%s", new String(body, StandardCharsets.ISO_8859_1))
        .isEqualTo(OneStepReader.read(body));
    if (body.length > 0) {
      assertThat(inChunks(body)).isEqualTo(whole);
    }
    whole.ifPresent(EnvelopeFuzzTest::comesBack);
    return whole;
  }

  private static Optional<EventEnvelope> decode(byte[] body) {
    try {
      return Optional.of(EnvelopeCodec.decode(body, 0, body.length));
    } catch (FrameException trouble) {
      assertThat(trouble.kind()).isEqualTo(FrameException.Kind.JSON);
      return Optional.empty();
    }
  }

  private static Optional<EventEnvelope> inChunks(byte[] body) {
    ChunkedBody chunks = new ChunkedBody(body.length, new ReadBudget(body.length));
    try {
      chunks.take(ByteBuffer.wrap(body));
      byte[] joined = chunks.join();
      return Optional.of(EnvelopeCodec.decode(joined, 0, joined.length));
    } catch (FrameException trouble) {
      assertThat(trouble.kind()).isEqualTo(FrameException.Kind.JSON);
      return Optional.empty();
    }
  }

  /** Some that can be read cannot be written, such as half a surrogate pair; most come back. */
  private static boolean comesBack(EventEnvelope envelope) {
    ByteBuffer frame;
    try {
      frame = EnvelopeCodec.encode(envelope);
    } catch (FrameException trouble) {
      assertThat(trouble.kind()).isEqualTo(FrameException.Kind.JSON);
      return false;
    }
    byte[] bytes = new byte[frame.remaining()];
    frame.get(bytes);
    assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(bytes.length - 4);
    byte[] body = Arrays.copyOfRange(bytes, 4, bytes.length);
    assertThat(decode(body)).contains(envelope);
    return true;
  }

  @Test
  void theCorpusIsReadOrRefusedAndComesBack() {
    CORPUS
        .inputs()
        .forEach(
            (name, body) -> {
              Optional<EventEnvelope> envelope = check(body);
              if (name.startsWith("valid-")) {
                assertThat(comesBack(envelope.orElseThrow())).as(name).isTrue();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void mutantsAreReadOrRefusedAndComeBackFromSeed(long seed) {
    Random random = new Random(seed);
    int read = 0;
    for (int i = 0; i < MUTANTS; i++) {
      if (check(CORPUS.mutant(random)).isPresent()) {
        read++;
      }
    }
    assertThat(read).as("mutants that are still envelopes").isPositive();
  }
}
