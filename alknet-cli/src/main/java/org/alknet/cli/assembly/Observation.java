package org.alknet.cli.assembly;

import java.util.Deque;
import java.util.Objects;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CountingMetrics;

/**
 * Where a node tells what happens: one set of counters for all its modules, and an audit log. The
 * log itself is the platform's.
 *
 * <p>Thread-safe.
 *
 * @param metrics counters
 * @param audit security events; each is a log line as well
 */
record Observation(CountingMetrics metrics, AuditLog audit) {
  Observation {
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(audit, "audit");
  }

  /**
   * Starts counting, and opens the audit file if there is one.
   *
   * @throws NodeException if the file cannot be written or is open to others
   */
  static Observation start(NodeSettings settings, Deque<AutoCloseable> parts) throws NodeException {
    if (settings.auditFile().isEmpty()) {
      return new Observation(new CountingMetrics(), AuditLog.NONE);
    }
    FileAuditLog audit = FileAuditLog.open(settings.auditFile().get());
    parts.push(audit);
    return new Observation(new CountingMetrics(), audit);
  }
}
