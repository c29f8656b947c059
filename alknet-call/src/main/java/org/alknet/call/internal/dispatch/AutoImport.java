package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.registry.HandlerRegistration;
import org.jspecify.annotations.Nullable;

/**
 * Imports what a known peer offers, a moment after its connection was made, so that short-lived
 * connections are left alone; a failure is tried once more (spec/call.md section 19.3, G-29).
 *
 * <p>Thread-safe. Holds up nothing: the connection serves and calls meanwhile.
 */
final class AutoImport {
  private static final Logger LOG = System.getLogger(AutoImport.class.getName());
  private static final long SETTLE_NANOS = Duration.ofMillis(200).toNanos();
  private static final long RETRY_NANOS = Duration.ofSeconds(5).toNanos();

  /** How often it waits for the application's own discovery to end before it gives way. */
  private static final int MAX_WAITS = 25;

  private final CallRuntime runtime;
  private final CallSession session;
  private final String peerId;
  private final FromCallConfig config;
  private volatile CallTimer.Scheduled timer = CallTimer.Scheduled.NONE;

  AutoImport(CallRuntime runtime, CallSession session, String peerId, FromCallConfig config) {
    this.runtime = runtime;
    this.session = session;
    this.peerId = peerId;
    this.config = config;
  }

  void start() {
    schedule(SETTLE_NANOS, () -> begin(MAX_WAITS, true));
  }

  /** Forgets what has not begun; called at the end of the connection. */
  void stop() {
    timer.cancel();
  }

  private void schedule(long delayNanos, Runnable action) {
    timer = runtime.timer().schedule(delayNanos, () -> runtime.execute(action));
    if (session.isOver()) {
      timer.cancel();
    }
  }

  private void begin(int waitsLeft, boolean mayRetry) {
    if (session.isOver() || session.hasImports()) {
      return;
    }
    if (session.isDiscovering() && waitsLeft > 0) {
      schedule(SETTLE_NANOS, () -> begin(waitsLeft - 1, mayRetry));
      return;
    }
    Stages.listen(
        new FromCall(session, config, runtime.timer()::nanos).importOperations(),
        (registrations, failure) -> {
          if (registrations != null) {
            imported(registrations);
          } else {
            failed(failure, mayRetry);
          }
        });
  }

  private void imported(List<HandlerRegistration> registrations) {
    if (!session.isOver()) {
      int count = session.importAll(registrations);
      LOG.log(Level.INFO, "event=imported peer_id={0} operations={1}", peerId, count);
      runtime.peering().directory().imported(peerId, session, count);
    }
  }

  private void failed(@Nullable Throwable failure, boolean mayRetry) {
    if (session.isOver()) {
      return;
    }
    Throwable cause = failure == null ? new IllegalStateException("no answer") : failure;
    LOG.log(
        Level.WARNING,
        "event=import_failed peer_id={0} retry={1} reason={2}",
        peerId,
        mayRetry,
        cause.getMessage());
    if (mayRetry) {
      schedule(RETRY_NANOS, () -> begin(0, false));
    }
    runtime.peering().directory().importFailed(peerId, session, cause, mayRetry);
  }
}
