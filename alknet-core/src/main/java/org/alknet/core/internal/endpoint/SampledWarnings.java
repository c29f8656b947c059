package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Lines a remote can cause: at most ten a minute for each address, then a count of what was left
 * out, so that nobody can fill the log from outside.
 *
 * <p>Thread-safe.
 */
public final class SampledWarnings {
  private static final int PER_WINDOW = 10;
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_ADDRESSES = 4096;

  private final LongSupplier nanoTime;
  private final Object lock = new Object();
  private final Map<InetAddress, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Window> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /** Samples by the given monotonic clock. */
  public SampledWarnings(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Logs a warning as {@link #log} does. */
  public boolean warn(Logger log, InetAddress from, Supplier<String> line) {
    return log(log, Level.WARNING, from, line);
  }

  /**
   * Logs a line unless the address had its share.
   *
   * @return whether it was logged
   */
  public boolean log(Logger log, Level level, InetAddress from, Supplier<String> line) {
    int suppressed;
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      Window window = windows.computeIfAbsent(from, key -> new Window(now));
      suppressed = 0;
      if (now - window.began > WINDOW_NANOS) {
        suppressed = Math.max(0, window.count - PER_WINDOW);
        window.began = now;
        window.count = 0;
      }
      if (++window.count > PER_WINDOW) {
        return false;
      }
    }
    String note = suppressed == 0 ? "" : " suppressed=" + suppressed;
    log.log(level, () -> line.get() + note);
    return true;
  }

  private static final class Window {
    private long began;
    private int count;

    Window(long began) {
      this.began = began;
    }
  }
}
