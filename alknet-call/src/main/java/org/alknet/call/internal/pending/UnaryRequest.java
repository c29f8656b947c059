package org.alknet.call.internal.pending;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;

/** An outgoing call: the first value ends it. */
public final class UnaryRequest extends PendingRequest {
  private final Executor executor;
  private final CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();

  /** Creates a call whose answer is delivered on the executor. */
  public UnaryRequest(
      String id, String operation, PendingRequests table, PendingOwner owner, Executor executor) {
    super(id, operation, table, owner);
    this.executor = executor;
    Stages.listen(
        answer,
        (value, failure) -> {
          if (answer.isCancelled()) {
            giveUp(CallError.cancelled());
          }
        });
  }

  /** Returns the answer; cancelling it gives the call up. */
  public CompletableFuture<ResponseEnvelope> answer() {
    return answer;
  }

  @Override
  public void value(Answer value) {
    if (claim()) {
      owner().settled(this);
      executor.execute(() -> answer.complete(value.read(this)));
    } else {
      value.lease().release();
    }
  }

  @Override
  public void completed() {
    failed(CallError.cancelled());
  }

  @Override
  void end(CallError error) {
    executor.execute(() -> answer.complete(ResponseEnvelope.err(id(), error)));
  }
}
