package org.alknet.call.connection;

/**
 * How outgoing requests are spread over the streams of a connection. Both work against every peer,
 * because answers are matched by id (spec/call.md section 4.3).
 */
public enum StreamUsage {
  /**
   * Every request opens a stream. A packet that is lost holds up one request only, and several
   * times fewer calls get through.
   */
  PER_REQUEST,
  /**
   * Small unary requests share one long-lived stream; subscriptions and large requests open theirs,
   * and so do large answers. The default.
   */
  SHARED
}
