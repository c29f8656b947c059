package org.alknet.http.mcp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.alknet.http.client.SseDecoder;
import org.alknet.http.internal.gateway.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the messages of a stream of events as they come, one piece of the body at a time, within
 * bounds. Events of another type than {@code message}, and those without data, mean nothing.
 *
 * <p>After the last message that was wanted the server gets a moment to end the stream, so that the
 * connection can be used again; then the stream is closed.
 *
 * <p>Thread-safe.
 */
final class MessageEvents implements Flow.Subscriber<List<ByteBuffer>> {
  private static final Duration FAREWELL = Duration.ofSeconds(1);
  private static final int FAREWELL_BYTES = 64 << 10;

  private final Taker taker;
  private final Bounds bounds;
  private final Function<Duration, CompletableFuture<Void>> pause;
  private final SseDecoder decoder;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private State state = State.READING;

  @GuardedBy("lock")
  private Flow.@Nullable Subscription from;

  @GuardedBy("lock")
  private @Nullable CompletableFuture<Void> farewell;

  // What follows is touched by one signal after the other only.
  private long windowStart = System.nanoTime();
  private long bytes;
  private long events;
  private long rest;

  /** Where the reading is. */
  private enum State {
    /** Messages are wanted. */
    READING,
    /** The server may end the stream by itself. */
    FAREWELL,
    /** Nothing more is looked at. */
    OVER
  }

  /**
   * What is too much.
   *
   * @param eventBytes longest event
   * @param bytes most bytes in a window
   * @param events most events in a window
   * @param window how long is counted before counting begins anew
   */
  record Bounds(int eventBytes, long bytes, int events, Duration window) {}

  /** Who wants the messages. Called by one thread at a time. */
  interface Taker {
    /**
     * Takes a message.
     *
     * @return whether it was the last that is wanted
     * @throws McpFailure if it makes the rest worthless; {@link #ended} is told of it
     */
    boolean take(JsonNode message) throws McpFailure;

    /**
     * Hears that no message follows although one was wanted.
     *
     * @param failure why; empty if the server ended the stream in order
     */
    void ended(Optional<McpFailure> failure);
  }

  MessageEvents(Taker taker, Bounds bounds, Function<Duration, CompletableFuture<Void>> pause) {
    this.taker = Objects.requireNonNull(taker, "taker");
    this.bounds = Objects.requireNonNull(bounds, "bounds");
    this.pause = Objects.requireNonNull(pause, "pause");
    this.decoder = new SseDecoder(bounds.eventBytes());
  }

  /** Closes the stream, now or when it opens; nobody is told. */
  void cancel() {
    Flow.Subscription open;
    CompletableFuture<Void> waiting;
    synchronized (lock) {
      state = State.OVER;
      open = from;
      waiting = farewell;
    }
    if (open != null) {
      open.cancel();
    }
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    boolean late;
    synchronized (lock) {
      from = subscription;
      late = state == State.OVER;
    }
    if (late) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    boolean more = true;
    for (ByteBuffer piece : pieces) {
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      more = more && read(copy);
    }
    if (more) {
      Flow.Subscription open;
      synchronized (lock) {
        open = state == State.OVER ? null : from;
      }
      if (open != null) {
        open.request(1);
      }
    }
  }

  /** Reads on; returns whether more is wanted. */
  private boolean read(byte[] piece) {
    State now;
    synchronized (lock) {
      now = state;
    }
    if (now == State.READING) {
      try {
        if (messages(piece)) {
          sayFarewell();
        }
        return true;
      } catch (McpFailure failure) {
        end(Optional.of(failure));
        return false;
      }
    }
    rest += piece.length;
    if (now == State.FAREWELL && rest <= FAREWELL_BYTES) {
      return true;
    }
    cancel();
    return false;
  }

  /** Hands on the messages a piece completes; returns whether the last was among them. */
  private boolean messages(byte[] piece) throws McpFailure {
    count(piece.length, 0);
    List<SseDecoder.Event> found;
    try {
      found = decoder.accept(piece);
    } catch (IllegalStateException tooLong) {
      throw McpFailure.broken("the server sent an event that is too long");
    }
    for (SseDecoder.Event event : found) {
      count(0, 1);
      // Some are only there to name an id for a reconnection.
      if (!event.data().isEmpty() && event.type().equals("message") && take(event.data())) {
        return true;
      }
      synchronized (lock) {
        if (state != State.READING) {
          return false; // the taker closed the stream
        }
      }
    }
    return false;
  }

  private boolean take(String data) throws McpFailure {
    JsonNode message =
        Json.read(data.getBytes(StandardCharsets.UTF_8))
            .orElseThrow(() -> McpFailure.broken("the server sent an event that is no JSON"));
    if (!message.isArray()) {
      return taker.take(message);
    }
    for (JsonNode one : message) { // the oldest revision bundles messages
      if (taker.take(one)) {
        return true;
      }
    }
    return false;
  }

  private void count(int moreBytes, int moreEvents) throws McpFailure {
    long time = System.nanoTime();
    if (time - windowStart > bounds.window().toNanos()) {
      windowStart = time;
      bytes = 0;
      events = 0;
    }
    bytes += moreBytes;
    events += moreEvents;
    if (bytes > bounds.bytes() || events > bounds.events()) {
      throw McpFailure.broken(
          bytes > bounds.bytes()
              ? "the server sent more than " + bounds.bytes() + " bytes of events"
              : "the server sent more than " + bounds.events() + " events");
    }
  }

  private void sayFarewell() {
    CompletableFuture<Void> waiting = pause.apply(FAREWELL);
    boolean late;
    synchronized (lock) {
      late = state != State.READING;
      if (!late) {
        state = State.FAREWELL;
        farewell = waiting;
      }
    }
    if (late) {
      waiting.cancel(false);
      return;
    }
    CompletableFuture<Void> rung = waiting.thenRun(this::cancel);
    Objects.requireNonNull(rung);
  }

  /** Ends the reading, once, and says so if a message was still wanted. */
  private void end(Optional<McpFailure> failure) {
    boolean wanted;
    synchronized (lock) {
      wanted = state == State.READING;
    }
    cancel();
    if (wanted) {
      taker.ended(failure);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(Optional.of(McpFailure.transport(failure)));
  }

  @Override
  public void onComplete() {
    end(Optional.empty());
  }
}
