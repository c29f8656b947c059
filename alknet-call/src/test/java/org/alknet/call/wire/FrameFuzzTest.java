package org.alknet.call.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.alknet.call.connection.CallLimits;
import org.alknet.core.connection.RecvStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of frames: the committed corpus, and what seeds make of it. */
class FrameFuzzTest {
  private static final Corpus CORPUS = new Corpus(FrameFuzzTest.class);
  private static final int MUTANTS = 5_000;
  private static final int SHORTEST = 5;

  /** Gives out bytes in random pieces and sees how much room it is offered. */
  private static final class Pieces implements RecvStream {
    private final ByteBuffer bytes;
    private final Random random;

    Pieces(byte[] bytes, Random random) {
      this.bytes = ByteBuffer.wrap(bytes);
      this.random = random;
    }

    @Override
    public CompletionStage<Integer> read(ByteBuffer into) {
      assertThat(into.remaining()).isBetween(1, ChunkedBody.CHUNK + 4);
      if (!bytes.hasRemaining()) {
        return CompletableFuture.completedFuture(-1);
      }
      int wanted = random.nextInt(8) == 0 ? 1 + random.nextInt(20) : Integer.MAX_VALUE;
      int n = Math.min(wanted, Math.min(bytes.remaining(), into.remaining()));
      into.put(bytes.slice(bytes.position(), n));
      bytes.position(bytes.position() + n);
      return CompletableFuture.completedFuture(n);
    }

    @Override
    public void stop(long code) {}
  }

  /** Reads until the failure that every stream ends with, and returns how many frames came. */
  private static int check(byte[] bytes, Random random) {
    // Room for what arrived and for the chunk that is being filled, whatever was announced.
    ReadBudget budget = new ReadBudget(bytes.length + (long) ChunkedBody.CHUNK);
    FrameReader reader =
        new FrameReader(
            new Pieces(bytes, random), CallLimits.MAX_FRAME_BYTES, budget, Runnable::run);
    int frames = 0;
    while (true) {
      CompletableFuture<FrameReader.Received> next = reader.next();
      assertThat(next).isDone();
      try {
        next.join().lease().release();
        frames++;
      } catch (CompletionException failure) {
        assertThat(failure.getCause())
            .isInstanceOfSatisfying(
                FrameException.class,
                trouble ->
                    assertThat(trouble.kind())
                        .isIn(
                            FrameException.Kind.CONNECTION_CLOSED,
                            FrameException.Kind.INVALID_FRAME,
                            FrameException.Kind.JSON));
        assertThat(budget.used()).isZero();
        assertThat(frames).isLessThanOrEqualTo(bytes.length / SHORTEST);
        return frames;
      }
    }
  }

  @Test
  void theCorpusIsReadToItsFirstBadFrame() {
    Random whole = new Random(0);
    CORPUS.inputs().values().forEach(bytes -> check(bytes, whole));

    assertThat(check(CORPUS.inputs().getOrDefault("three", new byte[0]), whole)).isEqualTo(3);
    assertThat(check(CORPUS.inputs().getOrDefault("large", new byte[0]), whole)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void mutantsAreReadToTheirFirstBadFrameFromSeed(long seed) {
    Random random = new Random(seed);
    int frames = 0;
    for (int i = 0; i < MUTANTS; i++) {
      frames += check(CORPUS.mutant(random), random);
    }
    assertThat(frames).isPositive();
  }
}
