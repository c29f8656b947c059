package org.alknet.core.observe;

import java.util.Map;

/**
 * Where security-relevant events go: authentication results, reloads, revocations, limit hits,
 * changes of a peer's address. Each is a log line as well, so that nothing is lost without an audit
 * log; what a remote can cause at will is sampled in both. Fields never carry tokens, hashes, keys
 * or payloads.
 *
 * <p>Implementations are thread-safe, fast and never throw: they are called on transport threads.
 */
public interface AuditLog {
  /** Discards everything. */
  AuditLog NONE = (event, fields) -> {};

  /**
   * Records an event.
   *
   * @param event a fixed name such as {@code auth} or {@code revoked}
   * @param fields values in the order in which they are to be shown
   */
  void record(String event, Map<String, String> fields);
}
