package org.alknet.call.internal.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.schedule.CallTimer;

/**
 * Streams whose request has its answer and whose peer has not ended its direction yet. Usually that
 * is a matter of microseconds, because the end comes with the answer; a stream that stays longer,
 * or that is one too many, expires.
 *
 * <p>Thread-safe.
 */
final class Lingering {
  private static final int MAX = 256;

  private record Entry(String id, long since) {}

  private final CallTimer timer;
  private final long graceNanos;
  private final BiConsumer<Link, String> expired;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<Link, Entry> links = new LinkedHashMap<>();

  @GuardedBy("lock")
  private boolean scheduled;

  Lingering(CallTimer timer, long graceNanos, BiConsumer<Link, String> expired) {
    this.timer = timer;
    this.graceNanos = graceNanos;
    this.expired = expired;
  }

  /** Waits for the end of a stream. */
  void add(Link link, String id) {
    Link tooMany = null;
    String tooManyId = "";
    boolean schedule;
    synchronized (lock) {
      links.put(link, new Entry(id, timer.nanos()));
      if (links.size() > MAX) {
        Iterator<Map.Entry<Link, Entry>> oldest = links.entrySet().iterator();
        Map.Entry<Link, Entry> first = oldest.next();
        tooMany = first.getKey();
        tooManyId = first.getValue().id;
        oldest.remove();
      }
      schedule = !scheduled;
      scheduled = true;
    }
    if (tooMany != null) {
      expired.accept(tooMany, tooManyId);
    }
    if (schedule) {
      timer.schedule(graceNanos, this::sweep);
    }
  }

  /** Notes that a stream is over. */
  void remove(Link link) {
    synchronized (lock) {
      links.remove(link);
    }
  }

  /** Hears one more value on the stream of a call: what was called is a subscription. */
  void heard(Link link, String id) {
    synchronized (lock) {
      Entry entry = links.get(link);
      if (entry == null || !entry.id.equals(id)) {
        return;
      }
      links.remove(link);
    }
    expired.accept(link, id);
  }

  void clear() {
    synchronized (lock) {
      links.clear();
    }
  }

  private void sweep() {
    List<Map.Entry<Link, String>> due = new ArrayList<>();
    boolean again;
    long now = timer.nanos();
    synchronized (lock) {
      Iterator<Map.Entry<Link, Entry>> oldest = links.entrySet().iterator();
      while (oldest.hasNext()) {
        Map.Entry<Link, Entry> next = oldest.next();
        if (now - next.getValue().since < graceNanos) {
          break;
        }
        due.add(Map.entry(next.getKey(), next.getValue().id));
        oldest.remove();
      }
      again = !links.isEmpty();
      scheduled = again;
    }
    for (Map.Entry<Link, String> entry : due) {
      expired.accept(entry.getKey(), entry.getValue());
    }
    if (again) {
      timer.schedule(graceNanos, this::sweep);
    }
  }
}
