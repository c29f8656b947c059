package org.alknet.cli.admin;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;

/**
 * The node that runs on a data directory, as another process of its user sees it.
 *
 * <p>Not thread-safe.
 */
public final class LocalNode {
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final DataDirectory directory;
  private final RunState state;

  private LocalNode(DataDirectory directory, RunState state) {
    this.directory = directory;
    this.state = state;
  }

  /** Finds the node; empty if none runs. */
  public static Optional<LocalNode> find(DataDirectory directory) {
    return RunState.ofRunningNode(directory).map(state -> new LocalNode(directory, state));
  }

  /**
   * Finds the node.
   *
   * @throws CliException if none runs
   */
  public static LocalNode running(DataDirectory directory) throws CliException {
    return find(directory)
        .orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING, "no node runs on " + directory, "Start one:  alknet serve"));
  }

  /** Returns what it tells. */
  public RunState state() {
    return state;
  }

  /**
   * Tells it to stop the way SIGTERM does, and waits for its end.
   *
   * @return whether it ended in time
   */
  public boolean stop(Duration limit) throws CliException, InterruptedException {
    Optional<ProcessHandle> process = ProcessHandle.of(state.pid());
    if (process.isEmpty()) {
      return true;
    }
    CompletableFuture<ProcessHandle> end = process.get().onExit();
    if (!process.get().destroy()) {
      throw CliException.of(
          ExitCodes.UNSAFE, "process " + state.pid() + " cannot be stopped by this user");
    }
    try {
      end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException running) {
      return false;
    } catch (ExecutionException failed) {
      throw CliException.of(ExitCodes.UNEXPECTED, "cannot wait for process " + state.pid())
          .withCause(failed);
    }
  }

  /**
   * Makes it read its configuration again, and waits for what comes of it.
   *
   * @throws CliException if it does not answer in time
   */
  public ReloadReport reload(Duration limit) throws CliException, InterruptedException {
    Optional<Instant> before = state.lastReload().map(ReloadReport::at);
    hangUp();
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<ReloadReport> report;
    do {
      pause();
      report =
          RunState.ofRunningNode(directory)
              .flatMap(RunState::lastReload)
              .filter(last -> !Optional.of(last.at()).equals(before));
    } while (report.isEmpty() && System.nanoTime() < deadline);
    return report.orElseThrow(
        () ->
            CliException.of(
                ExitCodes.CONFIGURATION,
                "the node did not say what became of it in time",
                "Its log tells more."));
  }

  /** Lets the node work for a moment; its end ends the pause early. */
  private void pause() throws InterruptedException {
    try {
      ProcessHandle.of(state.pid())
          .map(ProcessHandle::onExit)
          .orElseGet(() -> new CompletableFuture<>())
          .get(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException lookAgain) {
      return;
    }
  }

  /** There is no other way to send this signal from here than the system's own program. */
  private void hangUp() throws CliException, InterruptedException {
    try {
      Process kill =
          new ProcessBuilder("kill", "-HUP", Long.toString(state.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (kill.waitFor() == 0) {
        return;
      }
      throw CliException.of(
          ExitCodes.UNSAFE, "process " + state.pid() + " cannot be reached by this user");
    } catch (IOException missing) {
      throw CliException.of(
              ExitCodes.UNEXPECTED,
              "this system has no program kill: " + missing.getMessage(),
              "Send SIGHUP to process " + state.pid() + " in another way, or restart the node.")
          .withCause(missing);
    }
  }
}
