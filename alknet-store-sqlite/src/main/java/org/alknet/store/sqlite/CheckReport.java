package org.alknet.store.sqlite;

import java.util.List;

/**
 * What a check found. No line carries a hash or a blob.
 *
 * <p>Immutable.
 *
 * @param deep whether every index was compared with its table
 * @param problems what makes the store unfit: damage, unclear rows, a schema that is not ours
 * @param warnings what a person should know: permissions, a large WAL
 * @param notifications rows of notifications, those of other programs included
 */
public record CheckReport(
    boolean deep, List<String> problems, List<String> warnings, long notifications) {
  /** Copies the lists. */
  public CheckReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** Whether there is no problem; warnings do not count. */
  public boolean ok() {
    return problems.isEmpty();
  }
}
