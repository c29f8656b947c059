package org.alknet.core.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.alknet.core.identity.PolicyProblem;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.LogLine;

/**
 * Replaces the dynamic configuration of a running node (spec/core.md section 13.3). A reload grants
 * access: only a local trigger or an authenticated administrator may reach this object.
 *
 * <p>Thread-safe. Reloads happen one after the other; readers of the snapshot are not affected. The
 * records of concurrent reloads may arrive in another order; each carries its generation.
 */
public final class ConfigReloadHandle {
  private static final Logger LOG = System.getLogger(ConfigReloadHandle.class.getName());
  private static final String EVENT = "config_reload";

  private final ConfigSnapshot snapshot;
  private final AuditLog audit;
  private final CoreMetrics metrics;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private long generation;

  private ConfigReloadHandle(ConfigSnapshot snapshot, AuditLog audit, CoreMetrics metrics) {
    this.snapshot = snapshot;
    this.audit = audit;
    this.metrics = metrics;
  }

  /**
   * Puts a first configuration in force.
   *
   * @throws ConfigException if it is invalid; lists every problem
   */
  public static ConfigReloadHandle create(
      DynamicConfig initial, AuditLog audit, CoreMetrics metrics) throws ConfigException {
    validate(initial);
    return new ConfigReloadHandle(
        ConfigSnapshot.of(initial),
        Objects.requireNonNull(audit, "audit"),
        Objects.requireNonNull(metrics, "metrics"));
  }

  /** Returns what this handle replaces; the same object for its lifetime. */
  public ConfigSnapshot snapshot() {
    return snapshot;
  }

  /** Returns the configuration in force. */
  public DynamicConfig current() {
    return snapshot.current();
  }

  /** Returns how many reloads succeeded. */
  public long generation() {
    synchronized (lock) {
      return generation;
    }
  }

  /** As {@link ConfigSnapshot#onChange}. */
  public ConfigSnapshot.Subscription onChange(Consumer<DynamicConfig> listener) {
    return snapshot.onChange(listener);
  }

  /**
   * Validates a configuration and puts it in force as a whole; then records the difference and
   * calls the listeners.
   *
   * @return what changed
   * @throws ConfigException if it is invalid; lists every problem, and the old one stays in force
   */
  public ConfigDiff reload(DynamicConfig next) throws ConfigException {
    try {
      validate(next);
    } catch (ConfigException invalid) {
      rejected(invalid);
      throw invalid;
    }
    ConfigDiff diff;
    long number;
    synchronized (lock) {
      diff = ConfigDiff.between(snapshot.current(), next);
      snapshot.swap(next);
      number = ++generation;
    }
    try {
      accepted(diff, number);
    } finally {
      // Whatever becomes of the record, those who close revoked connections must know.
      snapshot.tellListeners();
    }
    return diff;
  }

  /**
   * Checks a configuration without putting it in force.
   *
   * @throws ConfigException if it is invalid; lists every problem
   */
  public static void validate(DynamicConfig config) throws ConfigException {
    List<PolicyProblem> problems = config.auth().validate();
    if (problems.isEmpty()) {
      return;
    }
    List<String> duplicates = config.auth().duplicatePeerIds();
    if (problems.size() == 1 && duplicates.size() == 1) {
      throw new ConfigException.DuplicatePeerId(duplicates.get(0));
    }
    throw new ConfigException.Invalid(problems.stream().map(ConfigProblem::of).toList());
  }

  private void accepted(ConfigDiff diff, long number) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("result", "accept");
    fields.put("generation", Long.toString(number));
    fields.putAll(diff.fields());
    LOG.log(Level.INFO, () -> LogLine.event(EVENT).fields(fields).toString());
    audit.record(EVENT, fields);
    metrics.count("reload_total", Map.of("result", "accept"), 1);
    metrics.gauge("config_generation", Map.of(), number);
  }

  private void rejected(ConfigException reason) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("result", "reject");
    fields.put("reason", reason.getMessage());
    LOG.log(Level.ERROR, () -> LogLine.event(EVENT).fields(fields).toString());
    audit.record(EVENT, fields);
    metrics.count("reload_total", Map.of("result", "reject"), 1);
  }
}
