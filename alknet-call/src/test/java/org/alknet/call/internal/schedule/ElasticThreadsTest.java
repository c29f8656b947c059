package org.alknet.call.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElasticThreadsTest {
  private final ElasticThreads threads =
      new ElasticThreads("elastic-test", 2, Duration.ofMinutes(1));

  @AfterEach
  void stop() throws Exception {
    threads.shutdown();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void handlersThatBlockDoNotHoldUpTheOthers() throws Exception {
    int blocked = 60;
    CountDownLatch entered = new CountDownLatch(blocked);
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < blocked; i++) {
      threads.execute(
          () -> {
            entered.countDown();
            awaitQuietly(release);
          });
    }

    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    CountDownLatch another = new CountDownLatch(1);
    threads.execute(another::countDown);
    assertThat(another.await(30, TimeUnit.SECONDS)).isTrue();
    release.countDown();
  }

  @Test
  void workFromManyThreadsRunsExactlyOnce() throws Exception {
    int submitters = 8;
    int each = 5000;
    AtomicInteger[] runs = new AtomicInteger[submitters * each];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = new AtomicInteger();
    }
    CountDownLatch done = new CountDownLatch(runs.length);
    List<Thread> from = new ArrayList<>();
    for (int s = 0; s < submitters; s++) {
      int first = s * each;
      Thread submitter =
          new Thread(
              () -> {
                for (int i = first; i < first + each; i++) {
                  AtomicInteger run = runs[i];
                  threads.execute(
                      () -> {
                        run.incrementAndGet();
                        done.countDown();
                      });
                }
              });
      submitter.start();
      from.add(submitter);
    }
    for (Thread submitter : from) {
      submitter.join();
    }

    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).allMatch(run -> run.get() == 1);
  }

  @Test
  void workThatFailsCostsNothingButItself() throws Exception {
    for (int i = 0; i < 10; i++) {
      threads.execute(
          () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
            Thread.currentThread().interrupt();
            throw new IllegalStateException("meant to fail");
          });
    }

    CountDownLatch next = new CountDownLatch(1);
    threads.execute(next::countDown);
    assertThat(next.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void threadsWithoutWorkEndAndNewOnesTakeTheirPlace() throws Exception {
    ElasticThreads hasty = new ElasticThreads("elastic-hasty", 2, Duration.ofMillis(1));
    try {
      CountDownLatch one = new CountDownLatch(1);
      hasty.execute(one::countDown);
      assertThat(one.await(30, TimeUnit.SECONDS)).isTrue();
      Await.until("the thread has ended", () -> hasty.threads() == 0);

      CountDownLatch two = new CountDownLatch(1);
      hasty.execute(two::countDown);
      assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      hasty.shutdown();
    }
    assertThat(hasty.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shutdownRunsWhatWasAcceptedAndRefusesTheRest() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ran = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      threads.execute(
          () -> {
            awaitQuietly(release);
            ran.countDown();
          });
    }

    threads.shutdown();
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    release.countDown();
    assertThat(ran.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.isTerminated()).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
