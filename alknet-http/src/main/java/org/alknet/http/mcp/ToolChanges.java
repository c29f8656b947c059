package org.alknet.http.mcp;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How the tools of a server differ from those that were imported, by the names of the operations.
 *
 * <p>Immutable.
 *
 * @param added what could be imported now
 * @param removed what the server offers no more; calling it fails
 * @param changed what is described in another way now; calls are checked by the old schema until
 *     somebody registers the new one
 */
public record ToolChanges(Set<String> added, Set<String> removed, Set<String> changed) {
  /** Copies. */
  public ToolChanges {
    added = Set.copyOf(added);
    removed = Set.copyOf(removed);
    changed = Set.copyOf(changed);
  }

  /** Whether nothing differs. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }

  @Override
  public String toString() {
    return "ToolChanges[added="
        + sorted(added)
        + ", removed="
        + sorted(removed)
        + ", changed="
        + sorted(changed)
        + "]";
  }

  private static SortedSet<String> sorted(Set<String> names) {
    return new TreeSet<>(names);
  }
}
