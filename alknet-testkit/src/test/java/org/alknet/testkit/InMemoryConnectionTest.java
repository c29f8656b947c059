package org.alknet.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.connection.StreamException;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.Test;

/** What only the pair in memory promises; the rest is in its contract suite. */
class InMemoryConnectionTest {
  private final InMemoryConnection.Pair pair = InMemoryConnection.pair(Alpns.CALL);

  @Test
  void stagesAreCompleteWhenTheCausingMethodReturns() {
    BiStream stream = Await.result(pair.left().openBi());
    CompletableFuture<BiStream> accepted = pair.right().acceptBi().toCompletableFuture();
    assertThat(accepted).isNotDone();

    CompletableFuture<Void> written = stream.send().write(ascii("a")).toCompletableFuture();

    assertThat(written).isCompleted();
    assertThat(accepted).isCompleted();
  }

  @Test
  void openedStreamIsInvisibleUntilSomethingIsSent() {
    CompletableFuture<BiStream> accepted = pair.right().acceptBi().toCompletableFuture();
    BiStream stream = Await.result(pair.left().openBi());

    stream.send().write(ascii(""));
    assertThat(accepted).isNotDone();

    stream.recv().stop(1);
    assertThat(accepted).isCompleted();
  }

  @Test
  void endlessPingPongInCallbacksKeepsTheStackFlat() {
    int rounds = 50_000;
    BiStream client = Await.result(pair.left().openBi());
    CompletableFuture<Void> served = new CompletableFuture<>();
    pair.right()
        .acceptBi()
        .thenCompose(s -> bounce(s, rounds))
        .thenRun(() -> served.complete(null));

    CompletableFuture<Void> done =
        client
            .send()
            .write(ascii("x"))
            .thenCompose(v -> bounce(client, rounds))
            .toCompletableFuture();

    assertThat(served).isCompleted();
    assertThat(done).isCompleted();
  }

  private static CompletionStage<Void> bounce(BiStream stream, int rounds) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    bounce(stream, rounds, over);
    return over;
  }

  private static void bounce(BiStream stream, int rounds, CompletableFuture<Void> over) {
    stream
        .recv()
        .read(ByteBuffer.allocate(8))
        .thenCompose(n -> stream.send().write(ascii("x")))
        .whenComplete(
            (ok, failure) -> {
              if (failure != null) {
                over.completeExceptionally(failure);
              } else if (rounds == 1) {
                over.complete(null);
              } else {
                bounce(stream, rounds - 1, over);
              }
            });
  }

  @Test
  void completionsRunOnTheGivenExecutor() {
    ExecutorService executor = Executors.newSingleThreadExecutor(r -> new Thread(r, "elsewhere"));
    try {
      Connection left = InMemoryConnection.builder(Alpns.CALL).executor(executor).pair().left();
      CompletableFuture<String> thread =
          left.closed().thenApply(info -> Thread.currentThread().getName()).toCompletableFuture();

      left.close(CloseCode.NO_ERROR, "");

      assertThat(Await.result(thread)).isEqualTo("elsewhere");
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void eachEndSeesWhatWasSaidAboutTheOther() {
    InetSocketAddress dialler = InetSocketAddress.createUnresolved("dialler.example", 1);
    InMemoryConnection.Pair known =
        InMemoryConnection.builder(Alpns.CALL)
            .leftFingerprint("left-print")
            .leftIdentity(Identity.of("dialler"))
            .leftAddress(dialler)
            .rightFingerprint("right-print")
            .pair();

    assertThat(known.right().remoteFingerprint()).contains("left-print");
    assertThat(known.right().identity()).contains(Identity.of("dialler"));
    assertThat(known.right().remoteAddress()).contains(dialler);
    assertThat(known.left().remoteFingerprint()).contains("right-print");
    assertThat(known.left().identity()).isEmpty();
    assertThat(known.left().remoteAddress()).isEmpty();
    assertThatThrownBy(() -> known.right().setIdentity(Identity.of("other")))
        .isInstanceOf(IdentityAlreadySetException.class);
  }

  @Test
  void enoughRejectedCredentialsCloseTheConnection() {
    for (int i = 0; i < 4; i++) {
      pair.right().credentialRejected();
    }
    assertThat(pair.left().closed().toCompletableFuture()).isNotDone();

    pair.right().credentialRejected();

    assertThat(pair.right().credentialRejections()).isEqualTo(5);
    assertThat(Await.result(pair.left().closed()))
        .isEqualTo(new CloseInfo(CloseCode.RATE_LIMITED, "", CloseInfo.By.REMOTE));
  }

  @Test
  void timeOutFailsEverythingWithTimeoutOnBothEnds() {
    CompletionStage<BiStream> accept = pair.right().acceptBi();
    BiStream stream = Await.result(pair.left().openBi());
    CompletionStage<Integer> read = stream.recv().read(ByteBuffer.allocate(1));

    pair.left().timeOut();

    assertThat(Await.failure(accept, StreamException.Timeout.class)).isNotNull();
    assertThat(Await.failure(read, StreamException.Timeout.class)).isNotNull();
    assertThat(Await.failure(pair.left().openBi(), StreamException.Timeout.class)).isNotNull();
    assertThat(Await.result(pair.left().closed()).by()).isEqualTo(CloseInfo.By.TIMEOUT);
    assertThat(Await.result(pair.right().closed()).by()).isEqualTo(CloseInfo.By.TIMEOUT);
  }

  @Test
  void writeCompletesExactlyWhenItsLastByteFitsTheBuffer() {
    InMemoryConnection.Pair small = InMemoryConnection.builder(Alpns.CALL).bufferBytes(8).pair();
    BiStream out = Await.result(small.left().openBi());
    assertThat(out.send().write(ascii("12345678")).toCompletableFuture()).isCompleted();
    CompletableFuture<Void> ninth = out.send().write(ascii("9")).toCompletableFuture();
    CompletableFuture<Void> empty = out.send().write(ascii("")).toCompletableFuture();
    BiStream in = Await.result(small.right().acceptBi());
    assertThat(ninth).isNotDone();

    ByteBuffer large = ByteBuffer.allocate(100);
    assertThat(Await.result(in.recv().read(large))).isEqualTo(8);

    assertThat(ninth).isCompleted();
    assertThat(empty).isCompleted();
    assertThat(Await.result(in.recv().read(large))).isEqualTo(1);
    assertThat(new String(large.array(), 0, 9, US_ASCII)).isEqualTo("123456789");
  }

  @Test
  void writerThatNeverWaitsIsToldSo() {
    InMemoryConnection.Pair small = InMemoryConnection.builder(Alpns.CALL).bufferBytes(1).pair();
    BiStream out = Await.result(small.left().openBi());

    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                out.send().write(ascii("x"));
              }
            })
        .withMessageContaining("1024 writes are waiting");
    out.close();
    BiStream in = Await.result(small.right().acceptBi());
    ScriptedStream.of(in).expect("x".repeat(1_025).getBytes(US_ASCII)).expectEnd();
  }

  @Test
  void cancelledWaiterThatWasChosenPassesItsStreamOn() {
    List<Runnable> pending = new ArrayList<>();
    InMemoryConnection.Pair manual =
        InMemoryConnection.builder(Alpns.CALL).executor(pending::add).pair();
    CompletableFuture<BiStream> opening = manual.left().openBi().toCompletableFuture();
    CompletableFuture<BiStream> first = manual.right().acceptBi().toCompletableFuture();
    CompletableFuture<BiStream> second = manual.right().acceptBi().toCompletableFuture();
    runAll(pending);
    opening.join().send().finish(ascii("for whoever waits"));

    first.cancel(false);
    runAll(pending);

    assertThat(second).isCompleted();
  }

  @Test
  void streamThatACancelledOpenWasGivenReturnsItsCredit() {
    List<Runnable> pending = new ArrayList<>();
    InMemoryConnection.Pair manual =
        InMemoryConnection.builder(Alpns.CALL).streamLimit(1).executor(pending::add).pair();
    CompletableFuture<BiStream> first = manual.left().openBi().toCompletableFuture();
    CompletableFuture<BiStream> second = manual.left().openBi().toCompletableFuture();

    first.cancel(false);
    runAll(pending);

    assertThat(second).isCompleted();
  }

  private static void runAll(List<Runnable> pending) {
    while (!pending.isEmpty()) {
      pending.remove(0).run();
    }
  }

  @Test
  void readOnlyBufferIsRefusedBeforeAnythingHappens() {
    BiStream stream = Await.result(pair.left().openBi());

    assertThatThrownBy(() -> stream.recv().read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void closeCodeNoOtherTransportCarriesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pair.left().close(new CloseCode(1L << 31), ""));
    assertThat(pair.left().closed().toCompletableFuture()).isNotDone();
  }

  /** Small buffers and little credit, so that every kind of waiting happens between the threads. */
  @Test
  void manyThreadsShareAPairWithoutLosingAByteOrAStream() {
    InMemoryConnection.Pair tight =
        InMemoryConnection.builder(Alpns.CALL).streamLimit(3).bufferBytes(64).pair();
    echoFor(tight.right());
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        Random random = new Random(seed);
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    echoOnce(tight.left(), random);
                  }
                },
                executor));
      }
      clients.forEach(Await::result);
    } finally {
      executor.shutdown();
    }
  }

  private static void echoOnce(Connection connection, Random random) {
    byte[] question = new byte[random.nextInt(500)];
    random.nextBytes(question);
    BiStream stream = Await.result(connection.openBi());
    CompletionStage<Void> sent = stream.send().finish(ByteBuffer.wrap(question));
    ScriptedStream.of(stream).expect(question).expectEnd();
    Await.result(sent);
  }

  private static void echoFor(Connection connection) {
    connection
        .acceptBi()
        .thenAccept(
            stream -> {
              echo(stream, ByteBuffer.allocate(100));
              echoFor(connection);
            });
  }

  private static void echo(BiStream stream, ByteBuffer buffer) {
    stream
        .recv()
        .read(buffer.clear())
        .thenAccept(
            count -> {
              if (count < 0) {
                stream.close();
              } else {
                stream.send().write(buffer.flip()).thenRun(() -> echo(stream, buffer));
              }
            });
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryConnection.builder(Alpns.CALL).streamLimit(0))
        .withMessage("streamLimit is 1 to 65535, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InMemoryConnection.builder(Alpns.CALL).bufferBytes(0))
        .withMessageStartingWith("bufferBytes");
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }
}
