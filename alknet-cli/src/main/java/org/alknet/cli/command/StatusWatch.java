package org.alknet.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.cli.admin.StatusHistory;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;

/** Looks at a node until somebody has seen enough. */
final class StatusWatch {
  private static final long PAUSE_MILLIS = 500;
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Invocation invocation;
  private final Interrupts interrupts;
  private final StatusView view;
  private final StatusHistory history = new StatusHistory();
  private int drawn;

  StatusWatch(Invocation invocation, Interrupts interrupts) {
    this.invocation = invocation;
    this.interrupts = interrupts;
    this.view = new StatusView(invocation);
  }

  /** Looks so many times, or until SIGINT; returns the exit code. */
  int run(long looks) throws Exception {
    CompletableFuture<Integer> signal = interrupts.first().toCompletableFuture();
    for (long look = 1; ; look++) {
      boolean news =
          history.look(RunState.ofRunningNode(invocation.dataDirectory()), Instant.now());
      if (isLive()) {
        draw();
      } else if (news) {
        view.print(history.last());
      }
      if (look == looks || end(signal)) {
        break;
      }
    }
    return signal.isDone() && signal.join() != ExitCodes.SIGINT ? signal.join() : ExitCodes.OK;
  }

  private static boolean end(CompletableFuture<Integer> signal) throws InterruptedException {
    try {
      signal.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException goOn) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private boolean isLive() {
    return invocation.context().terminal() && !invocation.options().json();
  }

  /** Draws over what was drawn before, so that the screen keeps what stands above. */
  private void draw() throws IOException {
    List<String> lines = view.frame(history, Instant.now());
    StringBuilder screen = new StringBuilder();
    if (drawn > 0) {
      screen.append("\u001b[").append(drawn).append('A');
    }
    lines.forEach(line -> screen.append(line).append(CLEAR_LINE).append('\n'));
    screen.append(CLEAR_BELOW);
    invocation.context().out().raw(screen.toString().getBytes(StandardCharsets.UTF_8));
    invocation.context().out().flush();
    drawn = lines.size();
  }
}
