package org.alknet.cli.admin;

import java.time.Duration;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.RunState;
import org.alknet.store.sqlite.SqliteStore;

/** Waits until the running node says that it has what this process has written. */
final class StoreReach {
  private static final long LOOK_AGAIN_MILLIS = 2;

  private StoreReach() {}

  static Reach await(DataDirectory directory, SqliteStore store, Duration limit) {
    long began = System.nanoTime();
    long written = store.info().seen();
    Optional<RunState> state = follower(directory, store);
    while (state.isPresent() && state.get().seen() < written) {
      if (System.nanoTime() - began > limit.toNanos() || !pause(state.get())) {
        return new Reach(true, Optional.empty());
      }
      state = follower(directory, store);
    }
    return new Reach(
        state.isPresent(), state.map(live -> Duration.ofNanos(System.nanoTime() - began)));
  }

  /** The node of the directory, if it follows this store. */
  private static Optional<RunState> follower(DataDirectory directory, SqliteStore store) {
    return RunState.ofRunningNode(directory)
        .filter(state -> state.store().equals(Optional.of(store.info().path())));
  }

  /** Lets the node work for a moment; false if this thread is to stop. */
  private static boolean pause(RunState state) {
    try {
      ProcessPause.of(state.pid(), LOOK_AGAIN_MILLIS);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
