package org.alknet.core.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The dynamic configuration in force. Readers never block and always see one whole configuration;
 * whoever holds an earlier one keeps it unchanged.
 *
 * <p>Thread-safe.
 */
public final class ConfigSnapshot {
  private static final Logger LOG = System.getLogger(ConfigSnapshot.class.getName());

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Object delivery = new Object();

  private volatile DynamicConfig current;

  @GuardedBy("delivery")
  private boolean undelivered;

  @GuardedBy("delivery")
  private boolean delivering;

  private ConfigSnapshot(DynamicConfig initial) {
    this.current = Objects.requireNonNull(initial, "initial");
  }

  /**
   * Returns a snapshot that never changes, for nodes without reload. {@link ConfigReloadHandle} has
   * the other kind.
   */
  public static ConfigSnapshot of(DynamicConfig config) {
    return new ConfigSnapshot(config);
  }

  /** Returns the configuration in force. */
  public DynamicConfig current() {
    return current;
  }

  /**
   * Calls a listener after each change with the configuration then in force, on the thread of a
   * reload; it must not block for long. One call at a time, never with an older configuration than
   * before; changes in quick succession may be told once.
   *
   * @return ends the subscription when closed
   */
  public Subscription onChange(Consumer<DynamicConfig> listener) {
    Listener added = new Listener(Objects.requireNonNull(listener, "listener"));
    listeners.add(added);
    return () -> listeners.remove(added);
  }

  /** Puts another configuration in force; the caller tells the listeners afterwards. */
  void swap(DynamicConfig next) {
    current = Objects.requireNonNull(next, "next");
  }

  /**
   * Tells the listeners, without a lock held. Of several threads one does the telling for all, so
   * the calls cannot overtake each other, and it reads the configuration anew each time.
   */
  void tellListeners() {
    synchronized (delivery) {
      undelivered = true;
      if (delivering) {
        return;
      }
      delivering = true;
    }
    try {
      while (claimDelivery()) {
        DynamicConfig config = current();
        for (Listener listener : listeners) {
          listener.tell(config);
        }
      }
    } catch (Error fatal) {
      // Passed on, but later changes must still be told.
      synchronized (delivery) {
        delivering = false;
      }
      throw fatal;
    }
  }

  private boolean claimDelivery() {
    synchronized (delivery) {
      delivering = undelivered;
      undelivered = false;
      return delivering;
    }
  }

  @Override
  public String toString() {
    return "ConfigSnapshot[" + current() + "]";
  }

  /** A listener's place in the list. */
  public interface Subscription extends AutoCloseable {
    /** Ends it; again does nothing. A call in progress finishes. */
    @Override
    void close();
  }

  /** Makes every subscription distinct, the same listener twice included. */
  private static final class Listener {
    private final Consumer<DynamicConfig> consumer;

    Listener(Consumer<DynamicConfig> consumer) {
      this.consumer = consumer;
    }

    void tell(DynamicConfig config) {
      try {
        consumer.accept(config);
      } catch (RuntimeException bug) {
        // The other listeners must learn of a revocation whatever this one does.
        LOG.log(Level.ERROR, "event=config_listener_failed", bug);
      }
    }
  }
}
