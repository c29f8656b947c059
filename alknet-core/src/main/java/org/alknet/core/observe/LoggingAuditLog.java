package org.alknet.core.observe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;

/**
 * Writes audit events as {@link LogLine}s at level INFO to a logger of its own, {@value
 * #LOGGER_NAME}, so that a deployment can route them to a file.
 *
 * <p>Thread-safe.
 */
public final class LoggingAuditLog implements AuditLog {
  /** Name of the logger. */
  public static final String LOGGER_NAME = "org.alknet.audit";

  private static final Logger LOG = System.getLogger(LOGGER_NAME);

  /** Writes to the logger. */
  public LoggingAuditLog() {}

  @Override
  public void record(String event, Map<String, String> fields) {
    LOG.log(Level.INFO, () -> LogLine.event(event).fields(fields).toString());
  }
}
