package org.alknet.store.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.alknet.store.sqlite.internal.Notifications;
import org.alknet.store.sqlite.internal.SnapshotReader;
import org.jspecify.annotations.Nullable;

/**
 * Hands rows of notifications to those who subscribed to their channel. A place keeps at most 1 000
 * rows; beyond that its listener gets one marker instead of them.
 *
 * <p>Thread-safe.
 */
final class NotificationFeed {
  private final Executor executor;
  private final List<Place> places = new CopyOnWriteArrayList<>();

  NotificationFeed(Executor executor) {
    this.executor = executor;
  }

  /** Adds a listener that wants the rows after this id. */
  Subscription add(String channel, NotificationListener listener, long seen) {
    Place place =
        new Place(
            Objects.requireNonNull(channel, "channel"),
            Objects.requireNonNull(listener, "listener"),
            seen);
    places.add(place);
    return () -> places.remove(place);
  }

  /** Returns the channels that anybody listens to. */
  Set<String> channels() {
    return places.stream().map(place -> place.channel).collect(Collectors.toUnmodifiableSet());
  }

  void published(Map<String, List<Notifications.Entry>> entries) {
    for (Place place : places) {
      List<Notifications.Entry> mine = entries.get(place.channel);
      if (mine != null) {
        place.offer(mine);
      }
    }
  }

  /** The rows count anew, so nobody can say what was missed. */
  void restarted() {
    places.forEach(Place::overflow);
  }

  private final class Place {
    private final String channel;
    private final NotificationListener listener;
    private final Callbacks.Serial delivery = new Callbacks.Serial(executor, this::deliver);

    @GuardedBy("this")
    private final Deque<Notifications.Entry> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long seen;

    @GuardedBy("this")
    private boolean overflowed;

    Place(String channel, NotificationListener listener, long seen) {
      this.channel = channel;
      this.listener = listener;
      this.seen = seen;
    }

    void offer(List<Notifications.Entry> entries) {
      synchronized (this) {
        for (Notifications.Entry entry : entries) {
          if (entry.id() > seen) {
            seen = entry.id();
            waiting.add(entry);
          }
        }
        if (waiting.size() > SnapshotReader.MAX_ENTRIES) {
          waiting.clear();
          overflowed = true;
        }
      }
      delivery.wake();
    }

    void overflow() {
      synchronized (this) {
        waiting.clear();
        seen = 0;
        overflowed = true;
      }
      delivery.wake();
    }

    private void deliver() {
      for (Notification next = next(); next != null; next = next()) {
        listener.onNotification(next);
      }
    }

    private synchronized @Nullable Notification next() {
      if (!places.contains(this)) {
        return null;
      }
      if (overflowed) {
        overflowed = false;
        return Notification.overflow(channel);
      }
      Notifications.Entry entry = waiting.poll();
      return entry == null
          ? null
          : new Notification(
              entry.id(),
              entry.channel(),
              entry.payload(),
              Instant.ofEpochSecond(entry.createdAt()));
    }
  }
}
