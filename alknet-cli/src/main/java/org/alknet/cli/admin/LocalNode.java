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
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
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
   * @throws NodeException if its store cannot be written
   */
  public ReloadReport reload(Duration limit)
      throws CliException, NodeException, InterruptedException {
    Optional<Instant> before = state.lastReload().map(ReloadReport::at);
    if (state.store().isPresent()) {
      NodeStore.askForReload(state.store().get());
    } else {
      hangUp();
    }
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<ReloadReport> report;
    do {
      ProcessPause.of(state.pid(), LOOK_AGAIN_MILLIS);
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

  /** For a node without a store: the system's own program is the only way to send this signal. */
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
