package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  /** Starts the assertion elsewhere, since it has to be seen waiting. */
  private static final Executor NEW_THREAD = task -> new Thread(task, "assertion").start();

  @Test
  void nothingLeftPasses() throws InterruptedException {
    LeakCheck check = LeakCheck.ofThreads("leaky-").andDescriptors();
    check.begin();
    Thread thread = new Thread(() -> {}, "leaky-short");

    thread.start();
    thread.join();

    check.assertNothingLeft();
  }

  @Test
  void threadIsWaitedForAndThenFine() throws InterruptedException {
    LeakCheck check = LeakCheck.ofThreads("leaky-");
    check.begin();
    CountDownLatch release = new CountDownLatch(1);
    Thread thread = parked("leaky-late", release);

    CompletableFuture<Void> asserted =
        CompletableFuture.runAsync(check::assertNothingLeft, NEW_THREAD);
    assertThat(asserted).isNotDone();
    release.countDown();

    Await.result(asserted);
    thread.join();
  }

  @Test
  void threadsFromBeforeAndOfOtherNamesDoNotCount() {
    CountDownLatch release = new CountDownLatch(1);
    parked("leaky-before", release);
    LeakCheck check = LeakCheck.ofThreads("leaky-");
    check.begin();
    parked("other", release);

    check.assertNothingLeft();

    release.countDown();
  }

  @Test
  void openSocketIsWaitedForAndThenFine() throws IOException {
    assumeThat(Files.isDirectory(Path.of("/proc/self/fd"))).isTrue();
    LeakCheck check = LeakCheck.ofThreads().andDescriptors();
    check.begin();
    CompletableFuture<Void> asserted;

    try (DatagramSocket socket = new DatagramSocket(0)) {
      asserted = CompletableFuture.runAsync(check::assertNothingLeft, NEW_THREAD);
      assertThat(socket.isBound()).isTrue();
      assertThat(asserted).isNotDone();
    }

    Await.result(asserted);
  }

  @Test
  void whatIsLeftIsNamed() throws IOException {
    assumeThat(Files.isDirectory(Path.of("/proc/self/fd"))).isTrue();
    LeakCheck check = LeakCheck.ofThreads("leaky-").andDescriptors().within(Duration.ofMillis(20));
    check.begin();
    CountDownLatch release = new CountDownLatch(1);
    parked("leaky-forever", release);

    try (DatagramSocket socket = new DatagramSocket(0)) {
      assertThat(socket.isBound()).isTrue();
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(check::assertNothingLeft)
          .withMessageContaining("leaky-forever")
          .withMessageContaining("CountDownLatch.await")
          .withMessageContaining("-> socket:");
    }

    release.countDown();
  }

  private static Thread parked(String name, CountDownLatch release) {
    Thread thread =
        new Thread(
            () -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
