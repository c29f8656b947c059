package org.alknet.call.internal.dispatch;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.operation.ResponseEnvelope;

/**
 * Several calls of which a bounded number is on its way (spec/call.md section 16.3). They share
 * nothing.
 */
final class Batch {
  private final CallConnection connection;
  private final List<CallRequest> requests;
  private final int concurrency;
  private final AtomicReferenceArray<ResponseEnvelope> answers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger left;
  private final Set<CompletableFuture<ResponseEnvelope>> onTheirWay = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<List<ResponseEnvelope>> done = new CompletableFuture<>();

  Batch(CallConnection connection, List<CallRequest> requests, int concurrency) {
    this.connection = connection;
    this.requests = List.copyOf(requests);
    this.concurrency = concurrency;
    this.answers = new AtomicReferenceArray<>(this.requests.size());
    this.left = new AtomicInteger(this.requests.size());
  }

  /** Starts; cancelling the result gives up what is on its way and starts nothing more. */
  CompletableFuture<List<ResponseEnvelope>> start() {
    Stages.listen(
        done,
        (answers, failure) -> {
          if (done.isCancelled()) {
            onTheirWay.forEach(call -> call.cancel(false));
          }
        });
    if (requests.isEmpty()) {
      done.complete(List.of());
    }
    for (int i = 0; i < Math.min(concurrency, requests.size()); i++) {
      startNext();
    }
    return done;
  }

  /** Starts calls until one does not answer at once. */
  private void startNext() {
    while (true) {
      int index = next.getAndIncrement();
      if (index >= requests.size() || done.isCancelled()) {
        return;
      }
      CompletableFuture<ResponseEnvelope> call =
          connection.call(requests.get(index)).toCompletableFuture();
      if (!call.isDone()) {
        onTheirWay.add(call);
        Stages.listen(
            call,
            (answer, cancelled) -> {
              onTheirWay.remove(call);
              if (answer != null) {
                answered(index, answer);
                startNext();
              }
            });
        if (done.isCancelled()) {
          call.cancel(false);
        }
        return;
      }
      answered(index, call.join());
    }
  }

  private void answered(int index, ResponseEnvelope answer) {
    answers.set(index, answer);
    if (left.decrementAndGet() == 0) {
      done.complete(IntStream.range(0, requests.size()).mapToObj(answers::get).toList());
    }
  }
}
