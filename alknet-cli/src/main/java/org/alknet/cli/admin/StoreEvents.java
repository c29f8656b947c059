package org.alknet.cli.admin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.alknet.cli.output.JsonWriter;
import org.alknet.store.sqlite.Notification;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.store.sqlite.Subscription;
import tools.jackson.databind.node.ObjectNode;

/** Follows notifications of a store. The store stays the caller's. */
public final class StoreEvents implements AutoCloseable {
  /** Takes a line. */
  @FunctionalInterface
  public interface Sink {
    /** Takes a line; blocks while its reader is slow. */
    void accept(String line) throws IOException;
  }

  private final List<Subscription> subscriptions = new ArrayList<>();
  private final CompletableFuture<Integer> end;

  private StoreEvents(CompletableFuture<Integer> end) {
    this.end = end;
  }

  /**
   * Hands every notification of these channels to a sink, one at a time.
   *
   * @param end completes with an exit code when there were enough
   */
  public static StoreEvents follow(
      SqliteStore store, List<String> channels, CompletableFuture<Integer> end, Sink sink) {
    StoreEvents events = new StoreEvents(end);
    Object oneAtATime = new Object();
    for (String channel : channels) {
      events.subscriptions.add(
          store.subscribe(
              channel,
              notification -> {
                synchronized (oneAtATime) {
                  events.hand(notification, sink);
                }
              }));
    }
    return events;
  }

  private void hand(Notification notification, Sink sink) {
    if (end.isDone()) {
      return;
    }
    ObjectNode line =
        JsonWriter.object()
            .put("id", notification.id())
            .put("channel", notification.channel())
            .put("payload", notification.payload())
            .put("at", notification.createdAt().toString());
    try {
      sink.accept(JsonWriter.compact(line));
    } catch (IOException unwritten) {
      end.completeExceptionally(unwritten);
    }
  }

  /** Waits for the end, and returns its exit code. */
  public int await() throws Exception {
    try {
      return end.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }

  @Override
  public void close() {
    subscriptions.forEach(Subscription::close);
  }
}
