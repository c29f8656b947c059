package org.alknet.cli.assembly;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What became of a reload of the configuration (spec/cli.md section 6.3). Names peers and key
 * prefixes, never a hash.
 *
 * <p>Immutable.
 *
 * @param at when it ended
 * @param accepted whether the new configuration is in force
 * @param generation how many reloads were accepted since the start
 * @param changes what changed, by kind, such as {@code limits} to {@code max_auth_attempts:5->3}
 * @param needRestart settings that differ from the start and wait for the next one
 * @param problems why it was refused; the old configuration stays in force then
 */
public record ReloadReport(
    Instant at,
    boolean accepted,
    long generation,
    Map<String, String> changes,
    List<String> needRestart,
    List<String> problems) {
  /** Copies. */
  public ReloadReport {
    Objects.requireNonNull(at, "at");
    changes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(changes));
    needRestart = List.copyOf(needRestart);
    problems = List.copyOf(problems);
  }

  /** Returns in a few words what came of it. */
  public String summary() {
    if (!accepted) {
      return "configuration refused, the old one stays in force: " + String.join("; ", problems);
    }
    StringBuilder text = new StringBuilder("configuration reloaded, ");
    if (changes.isEmpty()) {
      text.append("nothing changed");
    } else {
      text.append("changed: ");
      text.append(
          String.join(
              ", ",
              changes.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList()));
    }
    if (!needRestart.isEmpty()) {
      text.append("; needs a restart: ").append(String.join(", ", needRestart));
    }
    return text.toString();
  }
}
