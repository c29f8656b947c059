package org.alknet.cli.admin;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.assembly.RunState;

/**
 * What a node told about itself over a while: the changes somebody who watches wants to see, and
 * the number of its connections. Keeps a little of each.
 *
 * <p>Not thread-safe.
 */
public final class StatusHistory {
  /** Most changes that are kept. */
  public static final int MAX_EVENTS = 8;

  /** Most samples that are kept. */
  public static final int MAX_SAMPLES = 40;

  private final Deque<Event> events = new ArrayDeque<>();
  private final Deque<Integer> connections = new ArrayDeque<>();
  private Optional<RunState> last = Optional.empty();
  private boolean looked;

  /** Creates an empty history. */
  public StatusHistory() {}

  /**
   * Something changed.
   *
   * <p>Immutable.
   *
   * @param at when it was noticed
   * @param what in words
   */
  public record Event(Instant at, String what) {}

  /**
   * Takes in what the node says now.
   *
   * @param state empty if none runs
   * @return whether anything but the passing of time is new
   */
  public boolean look(Optional<RunState> state, Instant now) {
    List<String> changes = new ArrayList<>();
    boolean first = !looked;
    if (looked) {
      compare(state, changes);
    }
    looked = true;
    last = state;
    changes.forEach(what -> events.addFirst(new Event(now, what)));
    while (events.size() > MAX_EVENTS) {
      events.removeLast();
    }
    connections.addLast(state.map(RunState::connections).orElse(0));
    while (connections.size() > MAX_SAMPLES) {
      connections.removeFirst();
    }
    return first || !changes.isEmpty();
  }

  private void compare(Optional<RunState> state, List<String> changes) {
    if (last.isEmpty() || state.isEmpty()) {
      if (last.isPresent() != state.isPresent()) {
        changes.add(state.isPresent() ? "the node runs" : "the node has stopped");
      }
      return;
    }
    RunState before = last.get();
    RunState after = state.get();
    if (before.pid() != after.pid()) {
      changes.add("another process: " + before.pid() + " -> " + after.pid());
    }
    number(changes, "connections", before.connections(), after.connections());
    number(changes, "peers", before.peers(), after.peers());
    after.connected().stream()
        .filter(peer -> !before.connected().contains(peer))
        .forEach(peer -> changes.add(peer + " connected"));
    before.connected().stream()
        .filter(peer -> !after.connected().contains(peer))
        .forEach(peer -> changes.add(peer + " is gone"));
    if (before.seen() != after.seen() && before.peers() == after.peers()) {
      changes.add("the store changed");
    }
    if (!before.health().equals(after.health())) {
      changes.add("health: " + before.health() + " -> " + after.health());
    }
    if (!before.lastReload().equals(after.lastReload())) {
      after.lastReload().ifPresent(reload -> changes.add(reload.summary()));
    }
  }

  private static void number(List<String> changes, String name, int before, int after) {
    if (before != after) {
      changes.add(name + " " + before + " -> " + after);
    }
  }

  /** Returns what the node said last; empty if none runs. */
  public Optional<RunState> last() {
    return last;
  }

  /** Returns the changes, the newest first. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /** Returns how many connections there were at each look, the newest last. */
  public List<Integer> connections() {
    return List.copyOf(connections);
  }
}
