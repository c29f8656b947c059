package org.alknet.call.internal.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CancellationSignal;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AbortCascadeTest {
  private static final AbortPolicy ABORT = AbortPolicy.ABORT_DEPENDENTS;
  private static final AbortPolicy CONTINUE = AbortPolicy.CONTINUE_RUNNING;

  private final CallTree tree = new CallTree(1000, 32, Runnable::run);
  private final Map<String, CallNode> nodes = new HashMap<>();
  private final List<String> cancelled = new ArrayList<>();

  private CallNode root(String id) {
    return keep(tree.root(id).orElseThrow());
  }

  private CallNode child(CallNode parent, String id, AbortPolicy policy) {
    return keep(Objects.requireNonNull(parent.child(id, policy).node()));
  }

  private CallNode started(CallNode parent, String id, AbortPolicy policy) {
    CallNode node = child(parent, id, policy);
    assertThat(node.start()).isTrue();
    return node;
  }

  private CallNode keep(CallNode node) {
    nodes.put(node.id(), node);
    node.cancelAction(reason -> cancelled.add(node.id()));
    return node;
  }

  private boolean isCancelled(String id) {
    return Objects.requireNonNull(nodes.get(id)).isCancelled();
  }

  @Test
  void everythingBelowFallsByDefaultStartedOrNot() {
    CallNode root = root("root");
    root.start();
    CallNode a = started(root, "a", ABORT);
    CallNode b = child(root, "b", ABORT);
    started(a, "a2", ABORT);
    child(a, "a1", ABORT);
    started(started(b, "b1", ABORT), "b11", ABORT);
    CallNode other = root("other");
    started(other, "o1", ABORT);

    List<String> fallen = root.abort(CancelReason.ABORTED);

    assertThat(fallen).containsExactly("a", "a1", "a2", "b", "b1", "b11");
    assertThat(cancelled).containsExactly("root", "a", "b", "a1", "a2", "b1", "b11");
    assertThat(other.isCancelled()).isFalse();
    assertThat(tree.size()).isEqualTo(2);
  }

  @Test
  void siblingsAndAncestorsAreUntouched() {
    CallNode root = root("root");
    CallNode a = started(root, "a", ABORT);
    started(root, "b", ABORT);
    started(a, "a1", ABORT);

    assertThat(a.abort(CancelReason.ABORTED)).containsExactly("a1");

    assertThat(isCancelled("root")).isFalse();
    assertThat(isCancelled("b")).isFalse();
  }

  @Test
  void abortingWhatIsOverDoesNothing() {
    CallNode root = root("root");
    root.start();
    root.finish();

    assertThat(root.abort(CancelReason.ABORTED)).isEmpty();
    assertThat(root.abort(CancelReason.ABORTED)).isEmpty();
    assertThat(cancelled).isEmpty();
    assertThat(tree.size()).isZero();
  }

  @Test
  void aStartedChildThatContinuesSurvivesAndAnUnstartedOneDoesNot() {
    CallNode root = root("root");
    CallNode on = started(root, "on", CONTINUE);
    child(root, "off", CONTINUE);
    started(on, "on-started", ABORT);
    CallNode pending = child(on, "on-pending", ABORT);
    child(pending, "on-pending-child", ABORT);

    assertThat(root.abort(CancelReason.ABORTED))
        .containsExactly("off", "on-pending", "on-pending-child");

    assertThat(isCancelled("on")).isFalse();
    assertThat(isCancelled("on-started")).isFalse();
    CallNode.Child refused = on.child("new", ABORT);
    assertThat(refused.node()).isNull();
    assertThat(refused.refusal()).isEqualTo(CallError.cancelled());
    assertThat(Objects.requireNonNull(nodes.get("on-started")).child("new", ABORT).refusal())
        .isEqualTo(CallError.cancelled());
  }

  @Test
  void whenNoneHasStartedAllFall() {
    CallNode root = root("root");
    CallNode a = child(root, "a", CONTINUE);
    child(a, "a1", CONTINUE);
    child(root, "b", CONTINUE);

    assertThat(root.abort(CancelReason.ABORTED)).containsExactly("a", "a1", "b");
    assertThat(tree.size()).isZero();
  }

  @Test
  void theDeadlineSparesNobody() {
    CallNode root = root("root");
    root.start();
    started(started(root, "a", CONTINUE), "b", CONTINUE);

    assertThat(root.abortAll(CancelReason.TIMEOUT)).containsExactly("a", "b");

    assertThat(Objects.requireNonNull(nodes.get("b")).cancelReason())
        .isEqualTo(CancelReason.TIMEOUT);
    assertThat(tree.size()).isZero();
  }

  @Test
  void aCallThatHasAnsweredDoesNotHoldACascadeUp() {
    CallNode root = root("root");
    root.start();
    CallNode a = started(root, "a", ABORT);
    started(a, "a1", ABORT);
    a.finish();

    assertThat(root.abort(CancelReason.ABORTED)).containsExactly("a1");
    assertThat(tree.size()).isZero();
  }

  @Test
  void aRootIsEmptyWhenEverythingBelowItIsOver() {
    AtomicInteger empty = new AtomicInteger();
    CallNode root = root("root");
    root.onEmpty(empty::incrementAndGet);
    root.start();
    CallNode a = started(root, "a", ABORT);
    CallNode a1 = started(a, "a1", ABORT);

    a.finish();
    root.finish();
    assertThat(empty).hasValue(0);
    a1.finish();

    assertThat(empty).hasValue(1);
    assertThat(tree.size()).isZero();
    root.onEmpty(empty::incrementAndGet);
    assertThat(empty).hasValue(2);
  }

  @Test
  void nothingStartsBelowACallThatIsOver() {
    CallNode root = root("root");
    root.start();
    root.finish();

    assertThat(root.child("late", ABORT).node()).isNull();
  }

  @Test
  void theSignalTellsItsListenersOnceAndInOrder() {
    List<String> heard = new ArrayList<>();
    CallNode root = root("root");
    CancellationSignal.Registration first = root.onCancel(() -> heard.add("first"));
    root.onCancel(() -> heard.add("second"));
    root.onCancel(() -> heard.add("third"));
    first.remove();
    root.throwIfCancelled();

    root.abort(CancelReason.ABORTED);
    root.abort(CancelReason.ABORTED);
    root.onCancel(() -> heard.add("late"));

    assertThat(heard).containsExactly("second", "third", "late");
    Assertions.assertThatThrownBy(root::throwIfCancelled).isInstanceOf(CancellationException.class);
  }

  @Test
  void aFailingListenerDoesNotSilenceTheOthers() {
    List<String> heard = new ArrayList<>();
    CallNode root = root("root");
    root.onCancel(
        () -> {
          throw new IllegalStateException("listener");
        });
    root.onCancel(() -> heard.add("second"));

    root.abort(CancelReason.ABORTED);

    assertThat(heard).containsExactly("second");
    assertThat(cancelled).containsExactly("root");
  }

  @Test
  void aListenerOfACallThatAnsweredIsForgotten() {
    List<String> heard = new ArrayList<>();
    CallNode root = root("root");
    root.onCancel(() -> heard.add("never"));
    root.start();
    root.finish();
    root.onCancel(() -> heard.add("never either"));

    root.abort(CancelReason.ABORTED);

    assertThat(heard).isEmpty();
  }

  @RepeatedTest(200)
  void twoThreadsNeverCancelACallTwice() throws Exception {
    CallNode root = root("root");
    List<AtomicInteger> counts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      CallNode node = Objects.requireNonNull(root.child("c" + i, ABORT).node());
      AtomicInteger count = new AtomicInteger();
      counts.add(count);
      node.cancelAction(reason -> count.incrementAndGet());
    }
    CountDownLatch ready = new CountDownLatch(2);
    Runnable abort =
        () -> {
          ready.countDown();
          try {
            ready.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          root.abort(CancelReason.ABORTED);
        };
    Thread other = new Thread(abort);
    other.start();
    abort.run();
    other.join();

    assertThat(counts).allSatisfy(count -> assertThat(count).hasValue(1));
    assertThat(tree.size()).isZero();
  }

  /** Random trees and random events against a plain reading of the rules. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomTreesFollowTheRulesFromSeed(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      CallTree small = new CallTree(1000, 32, Runnable::run);
      List<CallNode> all = new ArrayList<>();
      Map<CallNode, CallNode> parents = new HashMap<>();
      all.add(small.root("n0").orElseThrow());
      if (random.nextBoolean()) {
        all.get(0).start();
      }
      for (int i = 1; i < 12; i++) {
        CallNode parent = all.get(random.nextInt(all.size()));
        CallNode node =
            Objects.requireNonNull(
                parent.child("n" + i, random.nextBoolean() ? ABORT : CONTINUE).node());
        if (random.nextInt(3) > 0) {
          node.start();
        }
        parents.put(node, parent);
        all.add(node);
      }
      Map<String, Boolean> running = new HashMap<>();
      all.forEach(node -> running.put(node.id(), node.isRunning()));
      CallNode victim = all.get(random.nextInt(all.size()));

      victim.abort(CancelReason.ABORTED);

      for (CallNode node : all) {
        assertThat(node.isCancelled())
            .as("seed %d round %d %s below %s", seed, round, node, victim)
            .isEqualTo(falls(node, victim, parents, running));
      }
      all.forEach(CallNode::finish);
      assertThat(small.size()).isZero();
    }
  }

  private static boolean falls(
      CallNode node,
      CallNode victim,
      Map<CallNode, CallNode> parents,
      Map<String, Boolean> running) {
    if (node == victim) {
      return true;
    }
    CallNode parent = parents.get(node);
    if (parent == null || !isBelow(node, victim, parents)) {
      return false;
    }
    boolean nodeRuns = running.getOrDefault(node.id(), false);
    if (falls(parent, victim, parents, running)) {
      return node.edge() == ABORT || !nodeRuns;
    }
    return !nodeRuns;
  }

  private static boolean isBelow(CallNode node, CallNode victim, Map<CallNode, CallNode> parents) {
    CallNode above = parents.get(node);
    while (above != null) {
      if (above == victim) {
        return true;
      }
      above = parents.get(above);
    }
    return false;
  }
}
