package org.alknet.http.openapi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.client.OutboundStream;
import org.alknet.http.client.SseDecoder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of one request, as elements. The request is made when the first element is asked for,
 * and bytes are asked for only when no element is left, so what is held is one piece of the body
 * and one unfinished event.
 *
 * <p>Thread-safe.
 */
final class EventPublisher implements Flow.Publisher<ResponseEnvelope> {
  private final OutboundHttpClient client;
  private final OutboundRequest request;
  private final HttpServiceConfig service;
  private final String requestId;

  EventPublisher(
      OutboundHttpClient client,
      OutboundRequest request,
      HttpServiceConfig service,
      String requestId) {
    this.client = client;
    this.request = request;
    this.service = service;
    this.requestId = requestId;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    subscriber.onSubscribe(new Run(subscriber));
  }

  /** Nothing is called while the lock is held. */
  private final class Run implements Flow.Subscription, Flow.Subscriber<List<ByteBuffer>> {
    private final Flow.Subscriber<? super ResponseEnvelope> to;
    private final SseDecoder decoder = new SseDecoder(client.config().maxResponseBytes());
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Queue<ResponseEnvelope> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private long demand;

    @GuardedBy("lock")
    private boolean opened;

    /** Nothing follows what is waiting. */
    @GuardedBy("lock")
    private boolean ended;

    /** Nobody is told anything any more. */
    @GuardedBy("lock")
    private boolean over;

    @GuardedBy("lock")
    private boolean emitting;

    @GuardedBy("lock")
    private boolean asked;

    @GuardedBy("lock")
    private Flow.@Nullable Subscription from;

    @GuardedBy("lock")
    private @Nullable CompletableFuture<OutboundStream> opening;

    Run(Flow.Subscriber<? super ResponseEnvelope> to) {
      this.to = to;
    }

    @Override
    public void request(long n) {
      boolean open;
      synchronized (lock) {
        if (over) {
          return;
        }
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        open = !opened;
        opened = true;
      }
      if (n <= 0) {
        cancel();
        to.onError(new IllegalArgumentException("request(" + n + "): ask for 1 or more"));
      } else if (open) {
        open();
      } else {
        drain();
      }
    }

    private void open() {
      CompletableFuture<OutboundStream> future =
          client.open(request, service.idleLimit()).toCompletableFuture();
      boolean late;
      synchronized (lock) {
        opening = future;
        late = over;
      }
      if (late) {
        future.cancel(false);
      }
      CompletableFuture<Void> unused =
          future.handle(
              (stream, failure) -> {
                if (stream == null) {
                  last(error(Answers.failure(Objects.requireNonNull(failure))));
                } else if (stream instanceof OutboundStream.Events events) {
                  events.body().subscribe(this);
                } else if (stream instanceof OutboundStream.Whole whole) {
                  last(new ResponseEnvelope(requestId, Answers.of(whole.reply())));
                }
                return (Void) null;
              });
      Objects.requireNonNull(unused);
    }

    @Override
    public void cancel() {
      Flow.Subscription upstream;
      CompletableFuture<OutboundStream> future;
      synchronized (lock) {
        over = true;
        waiting.clear();
        upstream = from;
        future = opening;
      }
      if (upstream != null) {
        upstream.cancel();
      } else if (future != null) {
        future.cancel(false);
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      boolean late;
      synchronized (lock) {
        from = subscription;
        late = over;
      }
      if (late) {
        subscription.cancel();
      } else {
        drain();
      }
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
      synchronized (lock) {
        asked = false;
      }
      try {
        for (ByteBuffer piece : pieces) {
          byte[] bytes = new byte[piece.remaining()];
          piece.get(bytes);
          for (SseDecoder.Event event : decoder.accept(bytes)) {
            if (take(event)) {
              close();
              return;
            }
          }
        }
      } catch (IllegalStateException tooLong) {
        close();
        last(error(CallError.internal("SSE stream error: " + tooLong.getMessage())));
        return;
      }
      drain();
    }

    /** Takes an event; returns whether it was the last. */
    private boolean take(SseDecoder.Event event) {
      if (service.doneSentinels().contains(event.data())) {
        end();
        return true;
      }
      Optional<JsonNode> value = Json.value(event.data());
      Optional<CallError> failure =
          event.type().equals("error") ? value.flatMap(this::callError) : Optional.empty();
      if (failure.isPresent()) {
        last(error(failure.get()));
        return true;
      }
      JsonNode output =
          value.orElseGet(
              () ->
                  event.data().isBlank()
                      ? JsonNodeFactory.instance.nullNode()
                      : JsonNodeFactory.instance.stringNode(event.data()));
      synchronized (lock) {
        if (!over && !ended) {
          waiting.add(ResponseEnvelope.ok(requestId, output));
        }
      }
      return false;
    }

    /** What a gateway of this kind says about a subscription that failed. */
    private Optional<CallError> callError(JsonNode data) {
      if (!(data instanceof ObjectNode)
          || !data.path("code").isString()
          || !data.path("message").isString()) {
        return Optional.empty();
      }
      JsonNode details = data.path("details");
      return Optional.of(
          new CallError(
              data.path("code").stringValue(),
              data.path("message").stringValue(),
              data.path("retryable").asBoolean(false),
              details.isMissingNode() ? Optional.empty() : Optional.of(details)));
    }

    private void close() {
      Flow.Subscription upstream;
      synchronized (lock) {
        upstream = from;
      }
      if (upstream != null) {
        upstream.cancel();
      }
    }

    @Override
    public void onError(Throwable failure) {
      last(error(CallError.internal("SSE stream error: the exchange broke off")));
    }

    @Override
    public void onComplete() {
      end();
    }

    private void last(ResponseEnvelope element) {
      synchronized (lock) {
        if (over || ended) {
          return;
        }
        waiting.add(element);
        ended = true;
      }
      drain();
    }

    private void end() {
      synchronized (lock) {
        ended = true;
      }
      drain();
    }

    /** Hands on what is waiting, as far as it is wanted; asks for more when nothing is left. */
    private void drain() {
      while (true) {
        ResponseEnvelope next;
        Flow.Subscription source = null;
        synchronized (lock) {
          if (over || emitting) {
            return;
          }
          next = demand > 0 ? waiting.poll() : null;
          if (next != null) {
            demand--;
            emitting = true;
          } else if (waiting.isEmpty() && ended) {
            over = true;
          } else if (waiting.isEmpty() && demand > 0 && from != null && !asked) {
            asked = true;
            source = from;
          } else {
            return;
          }
        }
        if (next != null) {
          to.onNext(next);
          synchronized (lock) {
            emitting = false;
          }
        } else if (source != null) {
          source.request(1);
        } else {
          to.onComplete();
          return;
        }
      }
    }

    private ResponseEnvelope error(CallError error) {
      return ResponseEnvelope.err(requestId, error);
    }
  }
}
