package org.alknet.call.adapter;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.ServiceDiscovery;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Asks a peer once for everything it offers: the list, then a bounded number of descriptions at a
 * time, all within one deadline and one budget of memory. The first failure ends it, and what is
 * under way is aborted.
 *
 * <p>Thread-safe.
 */
final class Discovery {
  /** Descriptions on their way at the same time. */
  private static final int CONCURRENCY = 16;

  /** Characters of all descriptions together. */
  static final long MAX_TOTAL_CHARACTERS = 16L << 20;

  static final Duration LIMIT = Duration.ofSeconds(30);

  /** The name an operation has at the peer, and what it is to us. */
  record Found(String remoteName, OperationSpec spec) {}

  private final CallConnection connection;
  private final FromCallConfig config;
  private final Deadline deadline;
  private final CompletableFuture<List<Found>> result = new CompletableFuture<>();
  private final Object lock = new Object();

  /** By the index of the operation that is asked about; the list has -1. */
  private final Map<Integer, CompletableFuture<ResponseEnvelope>> underWay =
      new ConcurrentHashMap<>();

  @GuardedBy("lock")
  private List<String> names = List.of();

  @GuardedBy("lock")
  private int next;

  @GuardedBy("lock")
  private int answered;

  @GuardedBy("lock")
  private long characters;

  private volatile AtomicReferenceArray<Found> found = new AtomicReferenceArray<>(0);

  Discovery(CallConnection connection, FromCallConfig config, LongSupplier ticker) {
    this.connection = connection;
    this.config = config;
    this.deadline = Deadline.after(LIMIT, ticker);
  }

  CompletionStage<List<Found>> start() {
    JsonNode nothing = JsonNodeFactory.instance.objectNode();
    ask(-1, ServiceDiscovery.LIST, nothing, this::listed);
    return result.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            abandon();
          }
        });
  }

  private void listed(JsonNode list) throws AdapterException {
    List<String> wanted = RemoteCatalogue.wanted(list, config);
    found = new AtomicReferenceArray<>(wanted.size());
    synchronized (lock) {
      names = wanted;
    }
    if (wanted.isEmpty()) {
      result.complete(List.of());
      return;
    }
    for (int i = 0; i < CONCURRENCY; i++) {
      askNext();
    }
  }

  private void askNext() {
    int index;
    String name;
    synchronized (lock) {
      if (next >= names.size() || result.isDone()) {
        return;
      }
      index = next++;
      name = names.get(index);
    }
    ask(
        index,
        ServiceDiscovery.SCHEMA,
        JsonNodeFactory.instance.objectNode().put("name", name),
        answer -> described(index, name, answer));
  }

  private void described(int index, String name, JsonNode answer) throws AdapterException {
    long size = JsonSize.atMost(RemoteCatalogue.MAX_SPEC_CHARACTERS, answer);
    if (size > RemoteCatalogue.MAX_SPEC_CHARACTERS) {
      throw new AdapterException.DiscoveryFailed(name + ": the description is longer than 1 MiB");
    }
    found.set(index, new Found(name, RemoteCatalogue.spec(answer, name, config)));
    boolean last;
    synchronized (lock) {
      characters += size;
      if (characters > MAX_TOTAL_CHARACTERS) {
        throw new AdapterException.DiscoveryFailed("the descriptions are longer than 16 MiB");
      }
      last = ++answered == names.size();
    }
    if (last) {
      result.complete(IntStream.range(0, found.length()).mapToObj(found::get).toList());
    } else {
      askNext();
    }
  }

  /** What is done with an answer; a failure ends the whole discovery. */
  private interface Reader {
    void read(JsonNode answer) throws AdapterException;
  }

  private void ask(int index, String operation, JsonNode input, Reader reader) {
    Duration left = deadline.remaining();
    if (left.toMillis() < 1) {
      fail(new AdapterException.DiscoveryFailed("discovery took longer than 30 s"));
      return;
    }
    CompletableFuture<ResponseEnvelope> call =
        connection.call(CallRequest.of(operation, input).withTimeout(left)).toCompletableFuture();
    underWay.put(index, call);
    CompletableFuture<ResponseEnvelope> done =
        call.whenComplete(
            (answer, failure) -> {
              underWay.remove(index);
              take(operation, answer, reader);
            });
    if (result.isCompletedExceptionally()) {
      done.cancel(false);
      abandon();
    }
  }

  private void take(String operation, @Nullable ResponseEnvelope answer, Reader reader) {
    if (answer == null || result.isDone()) {
      return;
    }
    if (answer.result() instanceof CallResult.Err err) {
      fail(RemoteCatalogue.failure(operation, err.error()));
      return;
    }
    try {
      reader.read(((CallResult.Ok) answer.result()).output());
    } catch (AdapterException failure) {
      fail(failure);
    } catch (RuntimeException bug) {
      result.completeExceptionally(bug);
    }
  }

  private void fail(AdapterException failure) {
    result.completeExceptionally(failure);
  }

  private void abandon() {
    underWay.values().forEach(call -> call.cancel(false));
  }
}
