package org.alknet.http.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.http.internal.gateway.GatewayReply;
import org.alknet.http.internal.gateway.Json;

/**
 * The elements of a subscription as server-sent events: a value is a {@code data} line, an error is
 * the last event (spec/http.md section 6.5). Demand passes through unchanged, so the handler makes
 * an element only when somebody has room for it.
 *
 * <p>Thread-safe.
 */
final class EventStream implements Flow.Publisher<ByteBuffer> {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ERROR = "event: error\ndata: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COMPLETED =
      "event: completed\ndata: {}\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Flow.Publisher<ResponseEnvelope> elements;
  private final UnaryOperator<CallError> shown;
  private final boolean completedEvent;

  /**
   * Wraps elements.
   *
   * @param shown what the caller may see of an error
   * @param completedEvent whether a normal end is an event as well
   */
  EventStream(
      Flow.Publisher<ResponseEnvelope> elements,
      UnaryOperator<CallError> shown,
      boolean completedEvent) {
    this.elements = elements;
    this.shown = shown;
    this.completedEvent = completedEvent;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    elements.subscribe(new Encoding(subscriber));
  }

  private static ByteBuffer event(byte[] head, byte[] json) {
    return ByteBuffer.allocate(head.length + json.length + END.length)
        .put(head)
        .put(json)
        .put(END)
        .flip();
  }

  private final class Encoding implements Flow.Subscriber<ResponseEnvelope>, Flow.Subscription {
    private final Flow.Subscriber<? super ByteBuffer> to;
    private final AtomicBoolean over = new AtomicBoolean();

    /** How many more were asked for: the event at the end needs its place among them. */
    private final AtomicLong wanted = new AtomicLong();

    private volatile Flow.Subscription from = new Nothing();
    private volatile boolean complete;

    Encoding(Flow.Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      from = subscription;
      to.onSubscribe(completedEvent ? this : subscription);
    }

    @Override
    public void request(long n) {
      wanted.accumulateAndGet(Math.max(n, 0), (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      from.request(n);
      if (complete) {
        end();
      }
    }

    @Override
    public void cancel() {
      from.cancel();
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      if (completedEvent) {
        wanted.decrementAndGet();
      }
      if (element.result() instanceof CallResult.Ok ok) {
        Optional<byte[]> json = Json.tryWrite(ok.output());
        if (json.isPresent()) {
          to.onNext(event(DATA, json.get()));
        } else {
          last(GatewayReply.unwritable());
        }
      } else {
        last(shown.apply(element.error().orElseThrow()));
      }
    }

    /** Nothing may follow an error, whatever the handler would still say. */
    private void last(CallError error) {
      if (over.compareAndSet(false, true)) {
        from.cancel();
        to.onNext(event(ERROR, written(error)));
        to.onComplete();
      }
    }

    private static byte[] written(CallError error) {
      return Json.tryWrite(HttpErrorMapper.json(error))
          .orElseGet(() -> Json.write(HttpErrorMapper.json(GatewayReply.unwritable())));
    }

    @Override
    public void onError(Throwable failure) {
      if (over.compareAndSet(false, true)) {
        to.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      complete = true;
      end();
    }

    /** Ends, once there is room for the event that says so. */
    private void end() {
      if ((!completedEvent || wanted.get() > 0) && over.compareAndSet(false, true)) {
        if (completedEvent) {
          to.onNext(ByteBuffer.wrap(COMPLETED.clone()));
        }
        to.onComplete();
      }
    }
  }

  /** Stands in until there is a subscription. */
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }
}
