package org.alknet.http.testing;

import java.util.concurrent.CompletableFuture;
import org.alknet.call.operation.CancellationSignal;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.UnaryHandler;
import tools.jackson.databind.JsonNode;

/** A unary handler that answers when a test says so, and notes how it was treated. */
public final class Gate {
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final CompletableFuture<JsonNode> answer = new CompletableFuture<>();

  /** Creates a closed gate. */
  public Gate() {}

  /** Returns the handler; every call waits for the same answer. */
  public UnaryHandler handler() {
    return (input, ctx) -> {
      CancellationSignal.Registration registration =
          ctx.cancellation().onCancel(() -> cancelled.complete(null));
      started.complete(null);
      if (registration == null) {
        throw new AssertionError("no registration");
      }
      return answer.copy().thenApply(output -> ResponseEnvelope.ok(ctx.requestId(), output));
    };
  }

  /** Lets every call answer. */
  public void open(JsonNode output) {
    answer.complete(output);
  }

  /** Completes when the handler was entered. */
  public CompletableFuture<Void> started() {
    return started;
  }

  /** Completes when the handler was cancelled. */
  public CompletableFuture<Void> cancelled() {
    return cancelled;
  }
}
