package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the call protocol, and one line in the log for each call that ended (spec/call.md
 * G-32). Labels come from the registry, the configured peers or fixed sets, never from a peer;
 * payloads appear nowhere.
 *
 * <p>Thread-safe.
 */
final class CallMetrics {
  /** A call that ended well. */
  static final String OK = "OK";

  /** A call that no connection brought, or nobody. */
  static final String NOBODY = "none";

  private static final Logger LOG = System.getLogger(CallMetrics.class.getName());

  private final CoreMetrics metrics;
  private final boolean off;

  CallMetrics(CoreMetrics metrics) {
    this.metrics = Objects.requireNonNull(metrics, "metrics");
    this.off = metrics == CoreMetrics.NONE;
  }

  /**
   * Counts and records a call that ended.
   *
   * @param layer the front end it came from, or {@code local} if it was composed
   * @param peer the identity of its connection, if there is one
   * @param code {@code OK} or the code of its error
   */
  void finished(
      String layer,
      String peer,
      @Nullable HandlerRegistration registration,
      String request,
      String parent,
      String code) {
    String operation = registration == null ? "unknown" : registration.spec().name();
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          LogLine.event("call_end")
              .field("layer", layer)
              .field("peer", peer)
              .field("operation", operation)
              .field("request", request)
              .field("parent", parent)
              .field("code", code)
              .toString());
    }
    if (!off) {
      boolean known =
          code.equals(OK)
              || CallError.isProtocolCode(code)
              || (registration != null && registration.spec().declaresError(code));
      metrics.count(
          "call_requests_total",
          Map.of(
              "operation", operation, "code", known ? code : "OTHER", "layer", layer, "peer", peer),
          1);
    }
  }

  /** Returns what a call ended with. */
  static String code(ResponseEnvelope outcome) {
    return outcome.result() instanceof CallResult.Err err ? err.error().code() : OK;
  }

  /** Shows how many calls are in work on this node. */
  void inFlight(int calls) {
    if (!off) {
      metrics.gauge("call_in_flight", Map.of(), calls);
    }
  }

  /** Counts an aborted request. */
  void aborted() {
    count("call_aborts_total");
  }

  /** Counts a request whose deadline passed. */
  void timedOut() {
    count("call_timeouts_total");
  }

  /** Counts a frame that broke the rules. */
  void rejectedFrame() {
    count("call_rejected_frames_total");
  }

  /** Counts a request refused by a limit. */
  void overloaded() {
    count("call_overloads_total");
  }

  private void count(String name) {
    if (!off) {
      metrics.count(name, Map.of(), 1);
    }
  }
}
