package org.alknet.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.connection.StreamException;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Connection} does, apart from what happens on its streams ({@link
 * StreamContract}).
 */
public abstract class ConnectionContract extends PairContract {
  /** For subclasses. */
  protected ConnectionContract() {}

  @Test
  public void bothEndsAgreeOnTheProtocolAndHaveNamesOfTheirOwn() {
    ConnectedPair pair = pair();

    assertThat(pair.left().alpn()).isEqualTo(ALPN);
    assertThat(pair.right().alpn()).isEqualTo(ALPN);
    assertThat(pair.left().id()).isNotEqualTo(pair.right().id());
    assertThat(pair.left().id().text()).matches("[\\x21-\\x7e]{1,64}");
  }

  @Test
  public void fingerprintsAreWellFormedIfThereAreAny() {
    ConnectedPair pair = pair();

    assertThat(pair.left().remoteFingerprint().stream()).allMatch(Fingerprints::isWellFormed);
    assertThat(pair.right().remoteFingerprint().stream()).allMatch(Fingerprints::isWellFormed);
  }

  @Test
  public void eachSideOpensStreamsToTheOther() {
    ConnectedPair pair = pair();

    Both fromLeft = stream(pair.leftPeer(), pair.rightPeer());
    Both fromRight = stream(pair.rightPeer(), pair.leftPeer());

    roundTrip(fromLeft);
    roundTrip(fromRight);
    end(fromLeft);
    end(fromRight);
  }

  @Test
  public void waitingAcceptsAreServedInOrder() {
    ConnectedPair pair = pair();
    List<CompletableFuture<BiStream>> accepts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      accepts.add(pair.right().acceptBi().toCompletableFuture());
    }

    for (int i = 0; i < 4; i++) {
      ScriptedStream opened = pair.leftPeer().open().sendAndFinish(new byte[] {(byte) i});
      ScriptedStream.of(Await.result(accepts.get(i))).expect(new byte[] {(byte) i}).close();
      assertThat(accepts.subList(i + 1, 4)).noneMatch(CompletableFuture::isDone);
      opened.close();
    }
  }

  @Test
  public void streamsNobodyAcceptedYetWaitAndKeepTheirBytes() {
    ConnectedPair pair = pair(8);
    TreeSet<Integer> expected = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      pair.leftPeer().open().sendAndFinish(new byte[] {(byte) i});
      expected.add(i);
    }

    TreeSet<Integer> seen = new TreeSet<>();
    for (int i = 0; i < 8; i++) {
      seen.add((int) pair.rightPeer().accept().readToEnd(1)[0]);
    }

    assertThat(seen).isEqualTo(expected);
  }

  /** Cancelling races with the arrival, so that both outcomes occur, and neither loses a stream. */
  @Test
  public void cancelledAcceptLosesNoStream() {
    ConnectedPair pair = pair(4);
    for (int i = 0; i < 300; i++) {
      byte[] mark = {(byte) i, (byte) (i >> 8)};
      CompletableFuture<BiStream> cancelled = pair.right().acceptBi().toCompletableFuture();
      ScriptedStream opened = pair.leftPeer().open();
      CompletionStage<Void> sent = opened.stream().send().finish(ByteBuffer.wrap(mark));

      cancelled.cancel(false);

      BiStream accepted =
          cancelled.isCancelled() ? Await.result(pair.right().acceptBi()) : Await.result(cancelled);
      ScriptedStream.of(accepted).expect(mark).expectEnd().close();
      Await.result(sent);
      opened.expectEnd().close();
    }
  }

  @Test
  public void openBeyondTheCreditWaitsUntilAStreamEndsOnBothSides() {
    ConnectedPair pair = pair(2);
    Both first = stream(pair);
    Both second = stream(pair);
    CompletableFuture<BiStream> third = pair.left().openBi().toCompletableFuture();
    first.near().finish();
    first.far().expectEnd();
    roundTrip(second);
    assertThat(third).isNotDone();

    first.far().finish();
    first.near().expectEnd().close();
    first.far().close();

    ScriptedStream opened = ScriptedStream.of(Await.result(third)).send(bytes("third"));
    pair.rightPeer().accept().expect(bytes("third")).close();
    opened.close();
  }

  @Test
  public void creditIsOfEachSideAlone() {
    ConnectedPair pair = pair(1);
    Both fromLeft = stream(pair.leftPeer(), pair.rightPeer());

    Both fromRight = stream(pair.rightPeer(), pair.leftPeer());

    roundTrip(fromLeft);
    roundTrip(fromRight);
  }

  @Test
  public void abandonedStreamsReturnTheirCredit() {
    ConnectedPair pair = pair(1);
    for (int i = 0; i < 10; i++) {
      Both stream = stream(pair);
      stream.near().reset(7).stop(7);
      stream.far().expectReset().close();
      stream.near().close();
    }
  }

  @Test
  public void closedStreamsReturnTheirCredit() {
    ConnectedPair pair = pair(4);
    for (int i = 0; i < 100; i++) {
      Both stream = stream(pair);
      stream.near().close();
      stream.far().close();
    }
  }

  @Test
  public void waitingOpensAreServedInOrder() {
    ConnectedPair pair = pair(1);
    Both only = stream(pair);
    CompletableFuture<BiStream> first = pair.left().openBi().toCompletableFuture();
    CompletableFuture<BiStream> second = pair.left().openBi().toCompletableFuture();

    end(only);

    BiStream opened = Await.result(first);
    assertThat(second).isNotDone();
    opened.close();
    pair.rightPeer().accept().close();
    assertThat(Await.result(second)).isNotNull();
  }

  @Test
  public void cancelledOpenGivesUpItsPlace() {
    ConnectedPair pair = pair(1);
    Both only = stream(pair);
    CompletableFuture<BiStream> cancelled = pair.left().openBi().toCompletableFuture();
    CompletableFuture<BiStream> next = pair.left().openBi().toCompletableFuture();

    cancelled.cancel(false);
    end(only);

    assertThat(Await.result(next)).isNotNull();
  }

  @Test
  public void closeReachesBothEndsWithCodeAndReason() {
    ConnectedPair pair = pair();

    pair.left().close(new CloseCode(0x1_0001), "enough for today");

    assertThat(Await.result(pair.left().closed()))
        .isEqualTo(new CloseInfo(new CloseCode(0x1_0001), "enough for today", CloseInfo.By.LOCAL));
    assertThat(Await.result(pair.right().closed()))
        .isEqualTo(new CloseInfo(new CloseCode(0x1_0001), "enough for today", CloseInfo.By.REMOTE));
  }

  @Test
  public void dialledSideMayCloseTooAndTheReasonMayBeEmpty() {
    ConnectedPair pair = pair();

    pair.right().close(CloseCode.NO_ERROR, "");

    assertThat(Await.result(pair.left().closed()))
        .isEqualTo(new CloseInfo(CloseCode.NO_ERROR, "", CloseInfo.By.REMOTE));
  }

  @Test
  public void firstCloseWins() {
    ConnectedPair pair = pair();

    pair.left().close(CloseCode.PROTOCOL_ERROR, "first");
    pair.left().close(CloseCode.NO_ERROR, "second");

    CloseInfo left = Await.result(pair.left().closed());
    CloseInfo right = Await.result(pair.right().closed());
    assertThat(left.reason()).isEqualTo("first");
    assertThat(right.reason()).isEqualTo("first");
    pair.right().close(CloseCode.NO_ERROR, "third");
    assertThat(Await.result(pair.right().closed())).isEqualTo(right);
  }

  @Test
  public void largestCodeArrives() {
    ConnectedPair pair = pair();

    pair.left().close(new CloseCode(0xffff_ffffL), "");

    assertThat(Await.result(pair.right().closed()).code().value()).isEqualTo(0xffff_ffffL);
  }

  @Test
  public void longReasonIsCut() {
    ConnectedPair pair = pair();
    String reason = "\u00e9".repeat(300);

    pair.left().close(CloseCode.NO_ERROR, reason);

    String local = Await.result(pair.left().closed()).reason();
    assertThat(reason).startsWith(local);
    assertThat(local.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(200, 256);
    assertThat(Await.result(pair.right().closed()).reason()).isNotEmpty();
  }

  @Test
  public void reasonOfThePeerHoldsNoControlCharacters() {
    ConnectedPair pair = pair();

    pair.left().close(CloseCode.NO_ERROR, "ok\nevent=auth result=accept\u001b[31m");

    String seen = Await.result(pair.right().closed()).reason();
    assertThat(seen).startsWith("ok").contains("event=auth");
    assertThat(seen.chars()).noneMatch(Character::isISOControl);
  }

  @Test
  public void closeFailsEverythingThatWaitsOnBothEnds() {
    ConnectedPair pair = pair(1);
    Both only = stream(pair);
    Both back = stream(pair.rightPeer(), pair.leftPeer());
    List<CompletionStage<?>> waiting = new ArrayList<>();
    for (Connection end : List.of(pair.left(), pair.right())) {
      waiting.add(end.acceptBi());
      waiting.add(end.acceptBi());
      waiting.add(end.openBi());
    }
    waiting.add(only.near().stream().recv().read(ByteBuffer.allocate(1)));
    waiting.add(back.near().stream().recv().read(ByteBuffer.allocate(1)));
    waiting.add(only.near().stream().send().write(ByteBuffer.allocate(MORE_THAN_ANY_BUFFER)));
    assertThat(waiting).noneMatch(stage -> stage.toCompletableFuture().isDone());

    pair.left().close(CloseCode.NO_ERROR, "");

    for (CompletionStage<?> stage : waiting) {
      assertThat(Await.failure(stage, StreamException.ConnectionClosed.class))
          .hasMessage("connection closed");
    }
  }

  @Test
  public void nothingWorksAfterClose() {
    ConnectedPair pair = pair();
    Both stream = stream(pair);
    pair.right().close(CloseCode.NO_ERROR, "");
    Await.result(pair.left().closed());
    Await.result(pair.right().closed());

    List<CompletionStage<?>> late = new ArrayList<>();
    for (Connection end : List.of(pair.left(), pair.right())) {
      late.add(end.acceptBi());
      late.add(end.openBi());
    }
    for (ScriptedStream half : List.of(stream.near(), stream.far())) {
      late.add(half.stream().recv().read(ByteBuffer.allocate(1)));
      late.add(half.stream().send().write(ByteBuffer.allocate(1)));
      late.add(half.stream().send().finish(ByteBuffer.allocate(1)));
      half.reset(1).stop(1).close();
    }

    for (CompletionStage<?> stage : late) {
      assertThat(Await.failure(stage, StreamException.ConnectionClosed.class)).isNotNull();
    }
  }

  @Test
  public void closeRefusesNull() {
    ConnectedPair pair = pair();

    assertThatNullPointerException()
        .isThrownBy(() -> pair.left().close(Nulls.of(CloseCode.class), ""));
    assertThatNullPointerException()
        .isThrownBy(() -> pair.left().close(CloseCode.NO_ERROR, Nulls.of(String.class)));
  }

  @Test
  public void nobodyElseCanCompleteClosed() {
    ConnectedPair pair = pair();

    pair.left()
        .closed()
        .toCompletableFuture()
        .complete(new CloseInfo(CloseCode.NO_ERROR, "forged", CloseInfo.By.REMOTE));

    assertThat(pair.left().closed().toCompletableFuture()).isNotDone();
    pair.left().close(CloseCode.NO_ERROR, "real");
    assertThat(Await.result(pair.left().closed()).reason()).isEqualTo("real");
  }

  @Test
  public void callbacksMayUseTheConnectionAndCloseIt() {
    ConnectedPair pair = pair();
    Both stream = stream(pair);
    CompletableFuture<BiStream> opened = new CompletableFuture<>();
    stream.far().stream()
        .recv()
        .read(ByteBuffer.allocate(4))
        .thenCompose(n -> pair.right().openBi())
        .whenComplete(
            (other, failure) -> {
              opened.complete(other);
              pair.right().close(CloseCode.NO_ERROR, "from a callback");
            });

    stream.near().send(bytes("go"));

    assertThat(Await.result(opened)).isNotNull();
    assertThat(Await.result(pair.left().closed()).reason()).isEqualTo("from a callback");
  }

  @Test
  public void identityIsRecordedOnceOnItsOwnEnd() throws IdentityAlreadySetException {
    ConnectedPair pair = pair();
    assertThat(pair.right().identity()).isEmpty();

    pair.right().setIdentity(Identity.of("first", "scope"));

    assertThatThrownBy(() -> pair.right().setIdentity(Identity.of("second")))
        .isInstanceOf(IdentityAlreadySetException.class)
        .hasMessage("connection identity already set");
    assertThat(pair.right().identity()).contains(Identity.of("first", "scope"));
    assertThat(pair.left().identity()).isEmpty();
    assertThatNullPointerException()
        .isThrownBy(() -> pair.left().setIdentity(Nulls.of(Identity.class)));
  }

  @Test
  public void ofManyWhoRecordAnIdentityOneWins() throws InterruptedException {
    ConnectedPair pair = pair();
    int racers = 8;
    ExecutorService executor = Executors.newFixedThreadPool(racers);
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger refused = new AtomicInteger();
    try {
      List<CompletionStage<Void>> races = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        Identity mine = Identity.of("racer-" + i);
        races.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    start.await();
                    pair.left().setIdentity(mine);
                  } catch (IdentityAlreadySetException e) {
                    refused.incrementAndGet();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                },
                executor));
      }
      start.countDown();
      races.forEach(Await::result);
    } finally {
      executor.shutdown();
    }

    assertThat(refused).hasValue(racers - 1);
    assertThat(pair.left().identity()).isPresent();
  }

  @Test
  public void enoughRejectedCredentialsCloseTheConnection() {
    ConnectedPair pair = pair();

    for (int i = 0; i < 20; i++) {
      pair.right().credentialRejected();
    }

    assertThat(Await.result(pair.right().closed()).code()).isEqualTo(CloseCode.RATE_LIMITED);
    assertThat(Await.result(pair.right().closed()).by()).isEqualTo(CloseInfo.By.LOCAL);
    assertThat(Await.result(pair.left().closed()).code()).isEqualTo(CloseCode.RATE_LIMITED);
  }

  @Test
  public void oneRejectedCredentialDoesNot() {
    ConnectedPair pair = pair();

    pair.right().credentialRejected();

    roundTrip(stream(pair));
  }
}
