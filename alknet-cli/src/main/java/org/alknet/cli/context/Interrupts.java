package org.alknet.cli.context;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/**
 * SIGINT and SIGTERM of one command: the first asks it to stop, a second one ends the process at
 * once with 128 plus the number of the signal.
 *
 * <p>Thread-safe.
 */
public final class Interrupts {
  private final CompletableFuture<Integer> first = new CompletableFuture<>();

  private Interrupts() {}

  /** Starts to listen for signals. */
  public static Interrupts install(Platform platform) {
    Interrupts interrupts = new Interrupts();
    interrupts.listen(platform, "INT", ExitCodes.SIGINT);
    interrupts.listen(platform, "TERM", ExitCodes.SIGTERM);
    return interrupts;
  }

  private void listen(Platform platform, String name, int code) {
    platform.onSignal(
        name,
        () -> {
          if (!first.complete(code)) {
            platform.exit(code);
          }
        });
  }

  /** Returns a stage that completes with the exit code of the first signal. */
  public CompletionStage<Integer> first() {
    return first.minimalCompletionStage();
  }

  /**
   * Waits for a result, or for a signal, which cancels it.
   *
   * @throws CliException with the signal's exit code
   * @throws Exception whatever the stage fails with
   */
  public <T> T await(CompletionStage<T> stage) throws Exception {
    CompletableFuture<T> work = stage.toCompletableFuture();
    CountDownLatch either = new CountDownLatch(1);
    stage.whenComplete((value, failure) -> either.countDown());
    first().whenComplete((code, failure) -> either.countDown());
    either.await();
    if (!work.isDone()) {
      work.cancel(true);
      throw CliException.stopped(first.join());
    }
    return Failures.join(work);
  }
}
