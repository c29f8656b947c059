package org.alknet.cli.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lets another process work for a moment. */
final class ProcessPause {
  private ProcessPause() {}

  /** Waits; the end of the process ends the pause early. */
  static void of(long pid, long millis) throws InterruptedException {
    // A process cannot wait for its own end.
    CompletableFuture<?> end =
        pid == ProcessHandle.current().pid()
            ? new CompletableFuture<>()
            : ProcessHandle.of(pid)
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    try {
      end.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException goOn) {
      return;
    }
  }
}
