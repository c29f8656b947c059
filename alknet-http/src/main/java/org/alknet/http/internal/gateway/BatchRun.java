package org.alknet.http.internal.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one batch, a bounded number at a time, each for itself.
 *
 * <p>Thread-safe. Nothing is called while the lock is held.
 */
public final class BatchRun {
  private final List<Supplier<CompletionStage<ResponseEnvelope>>> entries;
  private final CompletableFuture<List<ResponseEnvelope>> done = new CompletableFuture<>();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final @Nullable ResponseEnvelope[] answers;

  @GuardedBy("lock")
  private final Map<Integer, CompletableFuture<ResponseEnvelope>> running = new HashMap<>();

  @GuardedBy("lock")
  private int next;

  @GuardedBy("lock")
  private int answered;

  @GuardedBy("lock")
  private boolean cancelled;

  /**
   * Prepares calls.
   *
   * @param entries each starts one
   */
  public BatchRun(List<Supplier<CompletionStage<ResponseEnvelope>>> entries) {
    this.entries = List.copyOf(entries);
    this.answers = new ResponseEnvelope[entries.size()];
  }

  /** Starts; completes with the answers in the order of the entries. */
  public CompletionStage<List<ResponseEnvelope>> start(int concurrency) {
    if (entries.isEmpty()) {
      done.complete(List.of());
    }
    for (int i = 0; i < concurrency; i++) {
      if (!startNext()) {
        break;
      }
    }
    return done;
  }

  /** Gives up what has no answer yet. */
  public void cancel() {
    List<CompletableFuture<ResponseEnvelope>> ending;
    synchronized (lock) {
      cancelled = true;
      ending = new ArrayList<>(running.values());
    }
    ending.forEach(future -> future.cancel(false));
    done.cancel(false);
  }

  private boolean startNext() {
    int index;
    synchronized (lock) {
      if (cancelled || next >= entries.size()) {
        return false;
      }
      index = next++;
    }
    CompletableFuture<ResponseEnvelope> future = entries.get(index).get().toCompletableFuture();
    boolean late;
    synchronized (lock) {
      running.put(index, future);
      late = cancelled;
    }
    if (late) {
      future.cancel(false);
    }
    CompletableFuture<Void> unused =
        future
            .handle(
                (answer, failure) -> {
                  if (answer != null) {
                    answered(index, answer);
                  }
                  return (Void) null;
                })
            .toCompletableFuture();
    Objects.requireNonNull(unused);
    return true;
  }

  private void answered(int index, ResponseEnvelope answer) {
    List<ResponseEnvelope> all = List.of();
    synchronized (lock) {
      running.remove(index);
      answers[index] = answer;
      answered++;
      if (answered == entries.size()) {
        all = Arrays.stream(answers).map(Objects::requireNonNull).toList();
      }
    }
    if (all.isEmpty()) {
      startNext();
    } else {
      done.complete(all);
    }
  }
}
