package org.alknet.cli.admin;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a change of the store has come.
 *
 * <p>Immutable.
 *
 * @param running whether a node runs on the store
 * @param live how long it took until that node said it has the change; empty if it did not in time
 */
public record Reach(boolean running, Optional<Duration> live) {
  /** Returns it in words. */
  @Override
  public String toString() {
    if (!running) {
      return "stored; no running node";
    }
    return live.map(time -> "live in 1 running node, " + time.toMillis() + " ms")
        .orElse("stored; the running node has not said yet that it has it");
  }
}
