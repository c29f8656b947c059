package org.alknet.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.RecvStream;
import org.alknet.core.connection.SendStream;
import org.alknet.core.connection.StreamException;
import org.alknet.testkit.Await;
import org.alknet.testkit.Frames;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;

/** What every {@link BiStream} and its halves do. */
public abstract class StreamContract extends PairContract {
  /** For subclasses. */
  protected StreamContract() {}

  @Test
  public void bytesArriveUnchangedInBothDirectionsAtOnce() {
    Both stream = stream(pair());
    byte[] forth = random(1, 3_000_000);
    byte[] back = random(2, 3_000_000);
    CompletionStage<Void> sentForth = stream.near().stream().send().finish(ByteBuffer.wrap(forth));
    CompletionStage<Void> sentBack = stream.far().stream().send().finish(ByteBuffer.wrap(back));

    assertThat(Arrays.equals(stream.far().readToEnd(forth.length), forth)).isTrue();
    assertThat(Arrays.equals(stream.near().readToEnd(back.length), back)).isTrue();

    Await.result(sentForth);
    Await.result(sentBack);
  }

  @Test
  public void endOfTheStreamComesAfterTheLastBytesAndStays() {
    Both stream = stream(pair());

    stream.near().send(bytes("almost ")).sendAndFinish(bytes("done"));

    stream.far().expect(bytes("almost done")).expectEnd().expectEnd();
  }

  @Test
  public void bareEndComesTooEvenOnAStreamWithoutBytes() {
    ConnectedPair pair = pair();

    ScriptedStream opened = pair.leftPeer().open().finish();

    ScriptedStream accepted = pair.rightPeer().accept().expectEnd();
    accepted.send(bytes("still open this way")).finish();
    opened.expect(bytes("still open this way")).expectEnd();
  }

  @Test
  public void finishAgainDoesNothing() {
    Both stream = stream(pair());

    stream.near().finish().finish();

    stream.far().expectEnd();
    stream.near().finish();
  }

  @Test
  public void nothingCanBeSentAfterTheEnd() {
    Both stream = stream(pair());
    stream.near().sendAndFinish(bytes("end"));
    SendStream send = stream.near().stream().send();

    assertThat(
            Await.failure(send.write(ByteBuffer.allocate(1)), StreamException.StreamClosed.class))
        .hasMessage("stream closed");
    assertThat(
            Await.failure(send.finish(ByteBuffer.allocate(1)), StreamException.StreamClosed.class))
        .isNotNull();
    stream.far().expect(bytes("end")).expectEnd();
  }

  @Test
  public void writesAreSentInTheOrderOfTheCalls() {
    Both stream = stream(pair());
    byte[] all = random(3, 200_000);
    List<CompletionStage<Void>> writes = new ArrayList<>();
    for (int from = 0; from < all.length; from += 1_000) {
      writes.add(stream.near().stream().send().write(ByteBuffer.wrap(all, from, 1_000)));
    }
    writes.add(stream.near().stream().send().finish());

    assertThat(Arrays.equals(stream.far().readToEnd(all.length), all)).isTrue();
    writes.forEach(Await::result);
  }

  @Test
  public void callerMayReuseItsBufferAtOnce() {
    Both stream = stream(pair());
    byte[] original = random(4, 2_000_000);
    byte[] buffer = original.clone();

    CompletionStage<Void> sent = stream.near().stream().send().finish(ByteBuffer.wrap(buffer));
    Arrays.fill(buffer, (byte) 0);

    assertThat(Arrays.equals(stream.far().readToEnd(original.length), original)).isTrue();
    Await.result(sent);
  }

  @Test
  public void anyKindOfBufferWillDo() {
    Both stream = stream(pair());
    ByteBuffer direct = ByteBuffer.allocateDirect(8).put(bytes("--ab--")).position(2).limit(4);
    ByteBuffer readOnly = ByteBuffer.wrap(bytes("--cd--"), 2, 2).asReadOnlyBuffer();

    Await.result(stream.near().stream().send().write(direct));
    Await.result(stream.near().stream().send().finish(readOnly));

    ByteBuffer into = ByteBuffer.allocateDirect(10).position(3).limit(7);
    while (into.hasRemaining()) {
      assertThat(Await.result(stream.far().stream().recv().read(into))).isPositive();
    }
    byte[] read = new byte[4];
    into.position(3).get(read);
    assertThat(read).isEqualTo(bytes("abcd"));
    stream.far().expectEnd();
  }

  @Test
  public void emptyWriteSendsNothingAndSucceeds() {
    Both stream = stream(pair());

    stream.near().send(new byte[0]).send(bytes("a")).send(new byte[0]).sendAndFinish(new byte[0]);

    stream.far().expect(bytes("a")).expectEnd();
  }

  @Test
  public void readTakesNoMoreThanTheBufferHolds() {
    Both stream = stream(pair());
    stream.near().send(bytes("abcdef"));
    RecvStream recv = stream.far().stream().recv();

    ByteBuffer two = ByteBuffer.allocate(10).limit(2);
    int first = Await.result(recv.read(two));

    assertThat(first).isBetween(1, 2).isEqualTo(two.position());
    stream.far().expect(bytes("abcdef".substring(first)));
  }

  @Test
  public void readWaitsForBytes() {
    Both stream = stream(pair());
    ByteBuffer into = ByteBuffer.allocate(8);
    CompletionStage<Integer> read = stream.far().stream().recv().read(into);
    assertThat(read.toCompletableFuture()).isNotDone();

    stream.near().send(bytes("x"));

    assertThat(Await.result(read)).isEqualTo(1);
    assertThat(into.get(0)).isEqualTo((byte) 'x');
  }

  @Test
  public void secondOutstandingReadIsRefused() {
    Both stream = stream(pair());
    RecvStream recv = stream.far().stream().recv();
    CompletionStage<Integer> read = recv.read(ByteBuffer.allocate(1));

    assertThatIllegalStateException().isThrownBy(() -> recv.read(ByteBuffer.allocate(1)));

    stream.near().send(bytes("x"));
    assertThat(Await.result(read)).isEqualTo(1);
  }

  @Test
  public void fullBufferIsRefused() {
    Both stream = stream(pair());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> stream.far().stream().recv().read(ByteBuffer.allocate(0)));

    roundTrip(stream);
  }

  @Test
  public void errorCodesOutOfRangeAreRefused() {
    Both stream = stream(pair());
    BiStream near = stream.near().stream();

    for (long code : new long[] {-1, Long.MIN_VALUE, 1L << 31}) {
      assertThatIllegalArgumentException().isThrownBy(() -> near.send().reset(code));
      assertThatIllegalArgumentException().isThrownBy(() -> near.recv().stop(code));
    }

    roundTrip(stream);
  }

  @Test
  public void resetEndsReadingAndWritingOfThatDirectionOnly() {
    Both stream = stream(pair());
    CompletionStage<Integer> read = stream.far().stream().recv().read(ByteBuffer.allocate(1));

    stream.near().reset((1L << 31) - 1);

    assertThat(Await.failure(read, StreamException.StreamClosed.class)).hasMessage("stream closed");
    stream.far().expectReset();
    assertThat(
            Await.failure(
                stream.near().stream().send().write(ByteBuffer.allocate(1)),
                StreamException.StreamClosed.class))
        .isNotNull();
    stream.far().sendAndFinish(bytes("the other way"));
    stream.near().expect(bytes("the other way")).expectEnd();
  }

  @Test
  public void resetFailsTheWriteThatWaits() {
    Both stream = stream(pair());
    CompletionStage<Void> write =
        stream.near().stream().send().write(ByteBuffer.allocate(MORE_THAN_ANY_BUFFER));

    stream.near().reset(0);

    assertThat(Await.failure(write, StreamException.StreamClosed.class)).isNotNull();
    stream.far().expectReset();
  }

  @Test
  public void resetAloneTellsThePeerOfTheStream() {
    ConnectedPair pair = pair();

    pair.leftPeer().open().reset(1);

    pair.rightPeer().accept().expectReset();
  }

  @Test
  public void resetAfterTheEndDoesNothing() {
    Both stream = stream(pair());

    stream.near().sendAndFinish(bytes("all of it")).reset(1);

    stream.far().expect(bytes("all of it")).expectEnd();
  }

  @Test
  public void resetCostsNoOtherStream() {
    ConnectedPair pair = pair();
    Both victim = stream(pair);
    Both other = stream(pair);

    victim.near().reset(1);
    victim.far().expectReset();

    roundTrip(other);
    roundTrip(stream(pair));
  }

  @Test
  public void stopFailsTheReadAndReachesTheWriter() {
    Both stream = stream(pair());
    CompletionStage<Integer> read = stream.far().stream().recv().read(ByteBuffer.allocate(1));

    stream.far().stop((1L << 31) - 1);

    assertThat(Await.failure(read, StreamException.StreamClosed.class)).isNotNull();
    assertThat(
            Await.failure(
                stream.far().stream().recv().read(ByteBuffer.allocate(1)),
                StreamException.StreamClosed.class))
        .isNotNull();
    stream.near().expectStopped();
    stream.far().sendAndFinish(bytes("the other way"));
    stream.near().expect(bytes("the other way")).expectEnd();
  }

  @Test
  public void stopFailsTheWriteThatWaits() {
    Both stream = stream(pair());
    CompletionStage<Void> write =
        stream.near().stream().send().write(ByteBuffer.allocate(MORE_THAN_ANY_BUFFER));

    stream.far().stop(0);

    assertThat(Await.failure(write, StreamException.StreamClosed.class)).isNotNull();
  }

  @Test
  public void stopAfterTheEndDoesNothing() {
    Both stream = stream(pair());
    stream.near().finish();
    stream.far().expectEnd();

    stream.far().stop(1).expectEnd();
  }

  @Test
  public void closeFinishesOneHalfAndStopsTheOther() {
    Both stream = stream(pair());
    stream.near().send(bytes("before"));

    stream.near().close().close();

    stream.far().expect(bytes("before")).expectEnd().expectStopped();
  }

  @Test
  public void closeWithoutAnyUseEndsTheStreamAtThePeer() {
    ConnectedPair pair = pair(1);

    pair.leftPeer().open().close();

    pair.rightPeer().accept().expectEnd().close();
    roundTrip(stream(pair));
  }

  @Test
  public void closeAfterBothEndsDisturbsNothing() {
    Both stream = stream(pair());
    stream.near().sendAndFinish(bytes("question"));
    stream.far().expect(bytes("question")).expectEnd().sendAndFinish(bytes("answer")).close();

    stream.near().expect(bytes("answer")).expectEnd().close();
  }

  /** Nobody reads, so the writer has to come to a halt; then somebody reads, so it goes on. */
  @Test
  public void readerThatPausesHoldsTheWriterBack() {
    ConnectedPair pair = pair();
    Both slow = stream(pair);
    Both probe = stream(pair);
    byte[] chunk = random(5, 64 * 1024);
    int chunks = MORE_THAN_ANY_BUFFER / chunk.length;
    AtomicLong accepted = new AtomicLong();
    CompletionStage<Void> all = writeChunks(slow.near().stream().send(), chunk, chunks, accepted);

    long before;
    int quiet = 0;
    do {
      before = accepted.get();
      roundTrip(probe);
      quiet = accepted.get() == before ? quiet + 1 : 0;
    } while (quiet < 200 && accepted.get() < chunks);
    assertThat(accepted.get() * chunk.length).as("bytes accepted unread").isLessThan(MOST_BUFFERED);
    assertThat(all.toCompletableFuture()).isNotDone();

    for (int i = 0; i < chunks; i++) {
      assertThat(Arrays.equals(slow.far().readExactly(chunk.length), chunk)).isTrue();
    }
    slow.far().expectEnd();
    Await.result(all);
  }

  private static CompletionStage<Void> writeChunks(
      SendStream send, byte[] chunk, int chunks, AtomicLong accepted) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    writeChunks(send, chunk, chunks, accepted, done);
    return done;
  }

  private static void writeChunks(
      SendStream send, byte[] chunk, int left, AtomicLong accepted, CompletableFuture<Void> done) {
    CompletionStage<Void> step = left == 0 ? send.finish() : send.write(ByteBuffer.wrap(chunk));
    step.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else if (left == 0) {
            done.complete(null);
          } else {
            accepted.incrementAndGet();
            writeChunks(send, chunk, left - 1, accepted, done);
          }
        });
  }

  @Test
  public void manyStreamsShareAConnection() {
    ConnectedPair pair = pair(64);
    echoFor(pair.right());
    List<CompletionStage<Void>> writes = new ArrayList<>();
    List<ScriptedStream> streams = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      ScriptedStream stream = pair.leftPeer().open();
      streams.add(stream);
      writes.add(stream.stream().send().finish(ByteBuffer.wrap(random(i, 20_000))));
    }

    for (int i = 0; i < 64; i++) {
      byte[] echoed = streams.get(i).readToEnd(20_000);
      assertThat(Frames.hex(echoed)).as("stream %d", i).isEqualTo(Frames.hex(random(i, 20_000)));
      streams.get(i).close();
    }
    writes.forEach(Await::result);
  }

  @Test
  public void shortStreamsFollowOneAnotherWithinTheCredit() {
    ConnectedPair pair = pair(3);
    echoFor(pair.right());

    for (int i = 0; i < 500; i++) {
      byte[] question = bytes("question " + i);
      pair.leftPeer().open().sendAndFinish(question).expect(question).expectEnd().close();
    }
  }

  private static void echoFor(Connection connection) {
    connection
        .acceptBi()
        .whenComplete(
            (stream, gone) -> {
              if (gone == null) {
                echo(stream, ByteBuffer.allocate(0));
                echoFor(connection);
              }
            });
  }

  /** Sends back what comes, one reading behind, so that the end goes with the last bytes. */
  private static void echo(BiStream stream, ByteBuffer held) {
    ByteBuffer next = ByteBuffer.allocate(4_096);
    stream
        .recv()
        .read(next)
        .whenComplete(
            (count, failure) -> {
              if (failure != null) {
                stream.close();
              } else if (count < 0) {
                stream.send().finish(held).whenComplete((ok, late) -> stream.close());
              } else {
                sendBack(stream, held, next.flip());
              }
            });
  }

  private static void sendBack(BiStream stream, ByteBuffer held, ByteBuffer next) {
    if (!held.hasRemaining()) {
      echo(stream, next);
      return;
    }
    stream
        .send()
        .write(held)
        .whenComplete(
            (ok, failure) -> {
              if (failure != null) {
                stream.close();
              } else {
                echo(stream, next);
              }
            });
  }
}
