package org.alknet.call.adapter;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the operations of known peers are imported without being asked for, and which names of
 * this node they may stand in front of (spec/call.md section 19.3 and G-01).
 *
 * <p>Immutable.
 *
 * @param automatic whether every connection with a known peer imports
 * @param config what an automatic import takes
 * @param shadowable names of this node's own operations that an import may shadow; others are
 *     skipped with a warning
 */
public record ImportPolicy(boolean automatic, FromCallConfig config, Set<String> shadowable) {
  private static final ImportPolicy AUTO = new ImportPolicy(true, FromCallConfig.all(), Set.of());

  private static final ImportPolicy MANUAL =
      new ImportPolicy(false, FromCallConfig.all(), Set.of());

  /** Copies the set. */
  public ImportPolicy {
    shadowable = Set.copyOf(shadowable);
  }

  /** Imports from every known peer; the default. */
  public static ImportPolicy auto() {
    return AUTO;
  }

  /** Imports nothing unless the application does. */
  public static ImportPolicy manual() {
    return MANUAL;
  }

  /** Returns the policy with another choice of operations for automatic imports. */
  public ImportPolicy withConfig(FromCallConfig other) {
    return new ImportPolicy(automatic, other, shadowable);
  }

  /** Returns the policy with more names that an import may shadow. */
  public ImportPolicy allowShadowing(String... names) {
    Set<String> all = new HashSet<>(shadowable);
    all.addAll(List.of(names));
    return new ImportPolicy(automatic, config, all);
  }
}
