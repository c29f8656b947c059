package org.alknet.http.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;

/** A body that is sent piece by piece, when the test says so, and knows whether it was cut off. */
public final class OpenBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private byte @Nullable [] forEver;
  private long demand;
  private boolean ended;
  private boolean over;

  /** Creates an empty one. */
  public OpenBody() {}

  /** The reply with this body as events. */
  public HttpReply events() {
    return reply("text/event-stream");
  }

  /** The reply with this body. */
  public HttpReply reply(String contentType) {
    return HttpReply.stream(200, HttpFields.of("Content-Type", contentType), this);
  }

  /** Sends an event with this data. */
  public OpenBody event(String data) {
    return text("data: " + data + "\n\n");
  }

  /** Sends a text. */
  public synchronized OpenBody text(String text) {
    waiting.add(text.getBytes(StandardCharsets.UTF_8));
    drain();
    return this;
  }

  /** Sends a text again and again, as long as anybody reads. */
  public synchronized OpenBody endlessly(String text) {
    forEver = text.getBytes(StandardCharsets.UTF_8);
    drain();
    return this;
  }

  /** Ends the body in order. */
  public synchronized void end() {
    ended = true;
    drain();
  }

  /** Completes when it is read for the first time. */
  public CompletableFuture<Void> opened() {
    return opened;
  }

  /** Completes when the client closes the exchange before the end. */
  public CompletableFuture<Void> closed() {
    return closed;
  }

  private void drain() {
    while (subscriber != null && demand > 0 && !over) {
      byte[] next = waiting.poll();
      if (next == null) {
        next = forEver;
      }
      if (next == null) {
        break;
      }
      demand--;
      subscriber.onNext(ByteBuffer.wrap(next));
    }
    if (subscriber != null && ended && waiting.isEmpty() && !over) {
      over = true;
      subscriber.onComplete();
    }
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> to) {
    to.onSubscribe(this);
    synchronized (this) {
      subscriber = to;
      drain();
    }
    opened.complete(null);
  }

  @Override
  public synchronized void request(long n) {
    demand += n;
    drain();
  }

  @Override
  public void cancel() {
    synchronized (this) {
      over = true;
    }
    closed.complete(null);
  }
}
