package org.alknet.bench.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a head costs that forwards to a worker, beside two direct calls in the same run, and how
 * long it takes to import from a worker with many operations.
 */
public final class GraphBenchmarks {
  private static final int ROUNDS = 9;
  private static final long TURN_MILLIS = 1_000;
  private static final int OPERATIONS = 1_000;
  private static final int IMPORTS = 20;
  private static final JsonNode INPUT =
      JsonNodeFactory.instance.objectNode().put("path", "/var/lib/report.txt").put("offset", 16384);

  private GraphBenchmarks() {}

  /** Runs everything. */
  public static void main(String[] arguments) throws Exception {
    UnaryHandler echo =
        (input, ctx) ->
            CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input));
    OperationRegistry.Builder worker =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(OperationSpec.query("work/echo").build(), echo);
    for (int i = 1; i < OPERATIONS; i++) {
      worker.withLocal(OperationSpec.query("work/operation" + i).build(), echo);
    }
    OperationRegistry head =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("head/echo").build(), echo)
            .withLocal(
                OperationSpec.query("head/forward").build(),
                (input, ctx) -> ctx.env().invoke("work", "echo", input, ctx),
                CompositionAuthority.of("head"),
                ScopedPeerEnv.of("work/echo"),
                Capabilities.empty())
            .build();
    List<GraphNode> nodes = GraphNode.start(OperationRegistry.empty(), head, worker.build());
    CallConnection clientToHead = nodes.get(0).dial(nodes.get(1));
    CallConnection headToWorker = nodes.get(1).dial(nodes.get(2));
    imports(headToWorker);
    forwarding(clientToHead, headToWorker, 1);
    forwarding(clientToHead, headToWorker, 64);
    for (GraphNode node : nodes) {
      node.close();
    }
    System.exit(0);
  }

  private static void imports(CallConnection worker) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < IMPORTS; i++) {
      long began = System.nanoTime();
      int imported = GraphNode.await(new FromCall(worker, FromCallConfig.all()).refresh());
      if (imported != OPERATIONS) {
        throw new IllegalStateException("imported " + imported);
      }
      millis.add((System.nanoTime() - began) / 1e6);
    }
    Collections.sort(millis);
    print(
        "import of %d operations: %.0f ms (median of %d, least %.0f)",
        OPERATIONS, millis.get(IMPORTS / 2), IMPORTS, millis.get(0));
  }

  private static void forwarding(CallConnection head, CallConnection worker, int outstanding)
      throws Exception {
    List<Double> ratios = new ArrayList<>();
    List<Double> forwarded = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double first = microsEach(head, "head/echo", outstanding);
      double through = microsEach(head, "head/forward", outstanding);
      double second = microsEach(worker, "work/echo", outstanding);
      if (round > 0) {
        ratios.add(through / (first + second));
        forwarded.add(through);
      }
    }
    Collections.sort(ratios);
    Collections.sort(forwarded);
    print(
        "head to worker and back, %d outstanding: %.0f µs a call, %.2f of two direct calls"
            + " (median of %d rounds, %.2f to %.2f)",
        outstanding,
        forwarded.get(ROUNDS / 2),
        ratios.get(ROUNDS / 2),
        ROUNDS,
        ratios.get(0),
        ratios.get(ROUNDS - 1));
  }

  /** Keeps so many calls outstanding for a turn and returns the time for each answer. */
  private static double microsEach(CallConnection connection, String operation, int outstanding)
      throws Exception {
    LongAdder answers = new LongAdder();
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < outstanding; i++) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      again(connection, operation, answers, over, end);
    }
    long before = answers.sum();
    long began = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(TURN_MILLIS);
    double micros = (System.nanoTime() - began) / 1e3 / (answers.sum() - before);
    over.set(true);
    GraphNode.await(CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0])));
    return micros;
  }

  private static void again(
      CallConnection connection,
      String operation,
      LongAdder answers,
      AtomicBoolean over,
      CompletableFuture<Void> end) {
    connection
        .call(operation, INPUT)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null || !(answer.result() instanceof CallResult.Ok)) {
                end.completeExceptionally(
                    new IllegalStateException("ended with " + answer, failure));
              } else if (over.get()) {
                end.complete(null);
              } else {
                answers.increment();
                again(connection, operation, answers, over, end);
              }
            });
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
