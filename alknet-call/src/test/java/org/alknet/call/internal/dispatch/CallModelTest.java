package org.alknet.call.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.alknet.call.connection.StreamUsage;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.testkit.InMemoryConnection;
import org.junit.jupiter.api.Test;

/**
 * The state machine of both ends through a million random steps. Every failure names its seed;
 * running that one round again repeats it.
 */
class CallModelTest {
  private static final int STEPS = 500_000;
  private static final int STEPS_OF_A_ROUND = 250;

  @Test
  void everyRequestEndsOnceOnOneChannel() {
    int steps = 0;
    int answered = 0;
    for (long seed = 1; steps < STEPS; seed++) {
      answered += roundOnOneChannel(seed);
      steps += STEPS_OF_A_ROUND;
    }
    assertThat(answered).isGreaterThan(10_000);
  }

  private static int roundOnOneChannel(long seed) {
    Random random = new Random(seed);
    ModelWorld world = new ModelWorld(random, StreamUsage.PER_REQUEST);
    ModelTransport.Ends ends = ModelTransport.pair();
    CallSession a = (CallSession) world.left.serve(ends.left(), Optional.empty());
    CallSession b = (CallSession) world.right.serve(ends.right(), Optional.empty());
    boolean closes = random.nextInt(4) == 0;
    for (int i = 0; i < STEPS_OF_A_ROUND; i++) {
      if (random.nextInt(3) == 0) {
        (random.nextBoolean() ? ends.left() : ends.right()).move();
      } else {
        world.act(a, b, true);
      }
    }
    if (closes) {
      (random.nextBoolean() ? ends.left() : ends.right()).close();
    }
    for (int round = 0; round < 4; round++) {
      world.settleHandlers();
      while (world.tasks.runOne() || ends.left().move() || ends.right().move()) {
        world.settleHandlers();
      }
      world.clock.advance(Duration.ofSeconds(30));
    }
    world.assertOver(a, b, "seed " + seed);
    if (!closes) {
      assertThat(ends.left().unanswered() + ends.right().unanswered())
          .as("seed %d: requests without a last event", seed)
          .isZero();
    }
    return ends.left().answered() + ends.right().answered();
  }

  @Test
  void everyRequestEndsOnceOnStreams() {
    int steps = 0;
    int answered = 0;
    for (long seed = 1; steps < STEPS; seed++) {
      answered += roundOnStreams(seed);
      steps += STEPS_OF_A_ROUND;
    }
    assertThat(answered).isGreaterThan(10_000);
  }

  private static int roundOnStreams(long seed) {
    Random random = new Random(seed);
    ModelWorld world =
        new ModelWorld(random, random.nextBoolean() ? StreamUsage.PER_REQUEST : StreamUsage.SHARED);
    Steps wire = new Steps(random);
    InMemoryConnection.Pair ends =
        InMemoryConnection.builder(Alpns.CALL)
            .executor(wire)
            .streamLimit(2 + random.nextInt(20))
            .bufferBytes(100 + random.nextInt(2000))
            .pair();
    CallSession a = (CallSession) world.left.dialled(ends.left(), Optional.empty(), true, true);
    CallSession b = (CallSession) world.right.serve(ends.right(), Optional.empty());
    boolean closes = random.nextInt(4) == 0;
    for (int i = 0; i < STEPS_OF_A_ROUND; i++) {
      if (random.nextInt(3) == 0) {
        wire.runOne();
      } else {
        world.act(a, b, true);
      }
    }
    if (closes) {
      (random.nextBoolean() ? ends.left() : ends.right()).close(CloseCode.NO_ERROR, "");
    }
    for (int round = 0; round < 6; round++) {
      world.settleHandlers();
      while (world.tasks.runOne() || wire.runOne()) {
        world.settleHandlers();
      }
      world.clock.advance(Duration.ofSeconds(30));
    }
    world.assertOver(a, b, "seed " + seed);
    if (!closes) {
      assertThat(ends.left().closed().toCompletableFuture())
          .as("seed %d: nobody broke the rules", seed)
          .isNotDone();
    }
    assertThat(a.openLinks() + b.openLinks()).as("seed %d: streams left open", seed).isZero();
    return world.answers();
  }
}
