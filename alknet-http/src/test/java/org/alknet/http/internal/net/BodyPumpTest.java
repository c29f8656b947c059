package org.alknet.http.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked for, what waits and what is sent together; the event loop runs when told to. */
class BodyPumpTest {
  private static final Optional<Duration> EVENTS = Optional.of(Duration.ofHours(1));

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Sent sent = new Sent();
  private int ends;

  @AfterEach
  void close() {
    sent.room = 0; // whatever still wants to run comes to its end
    channel.finishAndReleaseAll();
  }

  private BodyPump pump(Optional<Duration> keepAlive) {
    return new BodyPump(channel.eventLoop(), sent, keepAlive, () -> ends++);
  }

  private void runLoop() {
    channel.runPendingTasks();
  }

  @Test
  void eventsThatNobodySendsYetAreBoundedInNumber() {
    Maker maker = new Maker(pump(EVENTS)).endlessly("e");

    assertThat(maker.made).isEqualTo(BodyPump.MAX_WAITING);
    assertThat(sent.steps).isEmpty();
  }

  @Test
  void eventsThatNobodySendsYetAreBoundedInBytes() {
    String long20k = "e".repeat(20_000);
    Maker maker = new Maker(pump(EVENTS)).endlessly(long20k);

    assertThat(maker.made).isEqualTo(4);
  }

  @Test
  void whatWaitsIsSentTogetherAndTheNextAreMadeMeanwhile() {
    sent.room = 2 * BodyPump.MAX_WAITING;
    Maker maker = new Maker(pump(EVENTS)).endlessly("e");

    runLoop();

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      expected.addAll(Collections.nCopies(BodyPump.MAX_WAITING, "e"));
      expected.add("flush");
    }
    assertThat(sent.steps).isEqualTo(expected);
    assertThat(maker.made).isEqualTo(2 * BodyPump.MAX_WAITING);
  }

  @Test
  void aClientWithoutRoomStopsTheMakerUntilThereIsSome() {
    BodyPump pump = pump(EVENTS);
    sent.room = 10;
    Maker maker = new Maker(pump).endlessly("e");
    runLoop();
    assertThat(maker.made).isEqualTo(BodyPump.MAX_WAITING);
    assertThat(sent.steps).hasSize(BodyPump.MAX_WAITING + 1);

    runLoop();
    pump.writable(); // said too early
    runLoop();
    assertThat(maker.made).isEqualTo(BodyPump.MAX_WAITING);

    sent.room = BodyPump.MAX_WAITING + 1;
    pump.writable();
    runLoop();
    assertThat(maker.made).isEqualTo(2 * BodyPump.MAX_WAITING);
  }

  @Test
  void anyOtherBodyIsAskedForPieceByPiece() {
    Maker maker = new Maker(pump(Optional.empty())).endlessly("p");
    assertThat(maker.made).isEqualTo(1);

    sent.room = 3;
    runLoop();

    assertThat(sent.steps).containsExactly("p", "flush", "p", "flush", "p", "flush");
    assertThat(maker.made).isEqualTo(3);
  }

  @Test
  void whatCameBeforeTheEndIsSentBeforeTheEnd() {
    new Maker(pump(EVENTS)).says("a", "b").complete();

    runLoop();

    assertThat(sent.steps).containsExactly("a", "b", "end");
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void whatCameBeforeAFailureIsSentAndThenTheBodyIsCutOff() {
    new Maker(pump(EVENTS)).says("a", "b").fail();

    runLoop();

    assertThat(sent.steps).containsExactly("a", "b", "flush", "abort");
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void aPieceThatNobodyAskedForCutsTheBodyOff() {
    BodyPump pump = pump(Optional.empty());
    Maker maker = new Maker(pump).says("a");

    maker.push("b");
    maker.push("c");
    runLoop();

    assertThat(sent.steps).containsExactly("a", "flush", "abort");
    assertThat(maker.cancelled).isTrue();
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void afterCancellingNothingIsSentOrMade() {
    BodyPump pump = pump(EVENTS);
    Maker maker = new Maker(pump).endlessly("e");

    pump.cancel();
    runLoop();
    pump.writable();
    runLoop();
    maker.complete();
    runLoop();

    assertThat(maker.cancelled).isTrue();
    assertThat(maker.made).isEqualTo(BodyPump.MAX_WAITING);
    assertThat(sent.steps).isEmpty();
    assertThat(ends).isZero();
  }

  @Test
  void aSecondSubscriptionIsCancelled() {
    BodyPump pump = pump(EVENTS);
    Maker first = new Maker(pump);

    Maker second = new Maker(pump);

    assertThat(first.cancelled).isFalse();
    assertThat(second.cancelled).isTrue();
  }

  /** Makes pieces on the thread that asks for them. */
  private static final class Maker implements Flow.Subscription {
    private final BodyPump pump;
    private final List<String> ready = new ArrayList<>();
    private @Nullable String forEver;
    private long demand;
    private int made;
    private boolean cancelled;

    Maker(BodyPump pump) {
      this.pump = pump;
      pump.onSubscribe(this);
    }

    Maker endlessly(String piece) {
      forEver = piece;
      make();
      return this;
    }

    Maker says(String... pieces) {
      ready.addAll(List.of(pieces));
      make();
      return this;
    }

    /** Sends without having been asked. */
    void push(String piece) {
      pump.onNext(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
    }

    void complete() {
      pump.onComplete();
    }

    void fail() {
      pump.onError(new IllegalStateException("as asked"));
    }

    private void make() {
      while (demand > 0 && !cancelled && (forEver != null || !ready.isEmpty())) {
        demand--;
        made++;
        push(ready.isEmpty() ? String.valueOf(forEver) : ready.remove(0));
      }
    }

    @Override
    public void request(long n) {
      demand += n;
      make();
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  /** Keeps what is sent, and has room for so many pieces in all. */
  private static final class Sent implements ReplySink {
    private final List<String> steps = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private int pieces;

    @Override
    public void piece(ByteBuf bytes) {
      steps.add(bytes.toString(StandardCharsets.UTF_8));
      pieces++;
      bytes.release();
    }

    @Override
    public void flush() {
      steps.add("flush");
    }

    @Override
    public void end() {
      steps.add("end");
    }

    @Override
    public void abort() {
      steps.add("abort");
    }

    @Override
    public boolean hasRoom() {
      return pieces < room;
    }

    @Override
    public void whole(HttpReply reply, ByteBuf body) {
      throw new AssertionError("no part of a body");
    }

    @Override
    public void headOnly(HttpReply reply) {
      throw new AssertionError("no part of a body");
    }

    @Override
    public void begin(HttpReply reply) {
      throw new AssertionError("no part of a body");
    }
  }
}
