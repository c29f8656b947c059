package org.alknet.store.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.alknet.store.sqlite.internal.Snapshot;

/**
 * Tells listeners what changed since they were told last. A slow listener holds nobody up and costs
 * one snapshot: what happens meanwhile reaches it as one change.
 *
 * <p>Thread-safe.
 */
final class ChangeFeed {
  private final Executor executor;
  private final List<Place> places = new CopyOnWriteArrayList<>();

  ChangeFeed(Executor executor) {
    this.executor = executor;
  }

  /** Adds a listener that knows the present state already. */
  Subscription add(StoreListener listener, Snapshot known) {
    Place place = new Place(Objects.requireNonNull(listener, "listener"), known);
    places.add(place);
    return () -> places.remove(place);
  }

  void published(Snapshot next, StoreChange.Source source) {
    places.forEach(place -> place.offer(next, source));
  }

  private final class Place {
    private final StoreListener listener;
    private final Callbacks.Serial delivery = new Callbacks.Serial(executor, this::deliver);

    @GuardedBy("this")
    private Snapshot known;

    @GuardedBy("this")
    private Snapshot latest;

    @GuardedBy("this")
    private StoreChange.Source source = StoreChange.Source.EXTERNAL;

    Place(StoreListener listener, Snapshot known) {
      this.listener = listener;
      this.known = known;
      this.latest = known;
    }

    void offer(Snapshot next, StoreChange.Source by) {
      synchronized (this) {
        if (next.generation() <= latest.generation()) {
          return;
        }
        latest = next;
        if (by == StoreChange.Source.LOCAL) {
          source = by;
        }
      }
      delivery.wake();
    }

    private void deliver() {
      Snapshot before;
      Snapshot after;
      StoreChange.Source by;
      synchronized (this) {
        before = known;
        after = latest;
        by = source;
        known = latest;
        source = StoreChange.Source.EXTERNAL;
      }
      StoreChange change = Differences.between(before, after, by);
      if (!change.isEmpty() && places.contains(this)) {
        listener.onChange(change);
      }
    }
  }
}
