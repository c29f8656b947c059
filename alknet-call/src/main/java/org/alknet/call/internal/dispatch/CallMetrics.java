package org.alknet.call.internal.dispatch;

import java.util.Map;
import java.util.Objects;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.observe.CoreMetrics;
import org.jspecify.annotations.Nullable;

/**
 * The counters of the call protocol (spec/call.md G-32). Labels come from the registry or fixed
 * sets, never from a peer.
 *
 * <p>Thread-safe.
 */
final class CallMetrics {
  private final CoreMetrics metrics;
  private final boolean off;

  CallMetrics(CoreMetrics metrics) {
    this.metrics = Objects.requireNonNull(metrics, "metrics");
    this.off = metrics == CoreMetrics.NONE;
  }

  /** Counts an answered call. */
  void finished(
      String layer, @Nullable HandlerRegistration registration, ResponseEnvelope envelope) {
    if (!off) {
      String code = envelope.result() instanceof CallResult.Err err ? err.error().code() : "OK";
      finished(layer, registration, code);
    }
  }

  /** Counts a call that ended with a code. */
  void finished(String layer, @Nullable HandlerRegistration registration, String code) {
    if (off) {
      return;
    }
    boolean known =
        code.equals("OK")
            || CallError.isProtocolCode(code)
            || (registration != null && registration.spec().declaresError(code));
    metrics.count(
        "call_requests_total",
        Map.of(
            "operation", registration == null ? "unknown" : registration.spec().name(),
            "code", known ? code : "OTHER",
            "layer", layer),
        1);
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
