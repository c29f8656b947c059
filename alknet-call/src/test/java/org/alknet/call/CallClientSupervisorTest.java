package org.alknet.call;

import static org.alknet.call.testing.Composer.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.ClientException;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.testing.Nodes;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dialling again and again, on a clock that the test moves. */
class CallClientSupervisorTest {
  private final Nodes nodes = new Nodes();
  private final Nodes.Node server =
      nodes.node(
          "server", ops -> ops.withLocal(OperationSpec.query("work/do").build(), saying("done")));
  private final Nodes.Node client = nodes.node("client", ops -> {});
  private final AtomicBoolean down = new AtomicBoolean();
  private final List<CompletableFuture<CallConnection>> hanging =
      Collections.synchronizedList(new ArrayList<>());
  private final List<CallConnection> accepted = Collections.synchronizedList(new ArrayList<>());
  private final Events events = new Events();

  /** What a listener heard, as words. */
  private static final class Events implements CallClientSupervisor.Listener {
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> delays = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void connecting(int attempt) {
      heard.add("connecting " + attempt);
    }

    @Override
    public void connected(CallConnection connection) {
      heard.add("connected");
    }

    @Override
    public void imported(CallConnection connection, int operations) {
      heard.add("imported " + operations);
    }

    @Override
    public void importFailed(CallConnection connection, Throwable failure) {
      heard.add("import failed");
    }

    @Override
    public void failed(Throwable failure, Duration delay) {
      delays.add(delay);
      heard.add("failed");
    }

    @Override
    public void disconnected(CallConnection connection) {
      heard.add("disconnected");
    }

    void await(String... words) {
      Await.until(String.join(", ", words), () -> heard.size() >= words.length);
      assertThat(heard).containsExactly(words);
      heard.clear();
    }
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private CompletionStage<CallConnection> dial() {
    if (down.get()) {
      return CompletableFuture.failedFuture(new ClientException.Transport("nobody there", null));
    }
    Nodes.Ends ends = nodes.connect(client, server);
    accepted.add(ends.accepted());
    return CompletableFuture.completedFuture(ends.dialled());
  }

  private CallClientSupervisor supervise(UnaryOperator<CallClientSupervisor.Builder> options) {
    return options
        .apply(
            CallClientSupervisor.builder(client.runtime(), this::dial)
                .listener(events)
                .random(new Random(7)))
        .start();
  }

  @Test
  void aLostConnectionIsDialledAgainAndItsOperationsImportedAgain() {
    try (CallClientSupervisor supervisor =
        supervise(builder -> builder.importing(FromCallConfig.all()))) {
      events.await("connecting 1", "connected", "imported 1");
      assertThat(client.importedFrom("server")).containsExactly("work/do");
      nodes.clock.advance(Duration.ofMinutes(2));

      accepted.get(0).close();
      events.await("disconnected");
      assertThat(supervisor.connection()).isEmpty();
      Await.until("it waits", () -> nodes.clock.waitingTasks() > 0);
      nodes.advanceUntil("connected", () -> events.heard.contains("imported 1"));

      events.await("connecting 1", "connected", "imported 1");
      assertThat(client.importedFrom("server")).containsExactly("work/do");
      assertThat(supervisor.connection().orElseThrow().peerId()).contains("server");
    }
  }

  @Test
  void waitsDoubleUpToTheLongestAndHalfOfEachIsChance() {
    down.set(true);
    try (CallClientSupervisor supervisor =
        supervise(builder -> builder.backOff(Duration.ofSeconds(1), Duration.ofSeconds(60)))) {
      assertThat(supervisor.connection()).isEmpty();
      for (int failures = 1; failures <= 10; failures++) {
        int now = failures;
        Await.until("failure " + now, () -> events.delays.size() == now);
        nodes.clock.advance(events.delays.get(now - 1));
      }
      Await.until("the last failure", () -> events.delays.size() == 11);
    }
    for (int i = 0; i < 10; i++) {
      Duration full = Duration.ofSeconds(Math.min(60, 1L << i));
      assertThat(events.delays.get(i)).as("delay %s", i).isBetween(full.dividedBy(2), full);
    }
    assertThat(events.delays.subList(6, 11)).as("chance").doesNotHaveDuplicates();
  }

  @Test
  void aServerThatRefusesAtOnceIsNotAskedEverFaster() {
    try (CallClientSupervisor supervisor =
        supervise(builder -> builder.backOff(Duration.ofSeconds(8), Duration.ofSeconds(60)))) {
      events.await("connecting 1", "connected");
      accepted.get(0).close();
      events.await("disconnected");
      nodes.advanceUntil("second", () -> events.heard.contains("connected"));
      events.await("connecting 2", "connected");
      accepted.get(1).close();
      events.await("disconnected");
      // 16 s at most and 8 at least: the second wait has doubled.
      nodes.clock.advance(Duration.ofMillis(7_900));
      assertThat(events.heard).isEmpty();
      nodes.advanceUntil("third", () -> events.heard.contains("connected"));
      events.await("connecting 3", "connected");
      nodes.clock.advance(Duration.ofSeconds(60));

      accepted.get(2).close();
      events.await("disconnected");
      nodes.advanceUntil("fourth", () -> events.heard.contains("connected"));

      events.await("connecting 1", "connected");
      assertThat(supervisor.connection()).isPresent();
    }
  }

  @Test
  void closingEndsTheConnectionAndDiallingForGood() {
    CallClientSupervisor supervisor = supervise(builder -> builder);
    events.await("connecting 1", "connected");
    CallConnection connection = supervisor.connection().orElseThrow();

    supervisor.close();
    supervisor.close();

    Await.result(connection.closed());
    events.await("disconnected");
    nodes.clock.advance(Duration.ofMinutes(5));
    assertThat(events.heard).isEmpty();
    assertThat(accepted).hasSize(1);
  }

  @Test
  void onceItHasStoppedDiallingALostConnectionStaysLost() {
    CallClientSupervisor supervisor = supervise(builder -> builder);
    events.await("connecting 1", "connected");
    CallConnection connection = supervisor.connection().orElseThrow();

    supervisor.stopDialling();

    assertThat(supervisor.connection()).contains(connection);
    assertThat(connection.closed().toCompletableFuture()).isNotDone();
    accepted.get(0).close();
    events.await("disconnected");
    nodes.clock.advance(Duration.ofMinutes(5));
    assertThat(events.heard).isEmpty();
    assertThat(accepted).hasSize(1);
    supervisor.close();
  }

  @Test
  void closingDuringADialGivesItUp() {
    CallClientSupervisor supervisor =
        CallClientSupervisor.builder(
                client.runtime(),
                () -> {
                  CompletableFuture<CallConnection> dial = new CompletableFuture<>();
                  hanging.add(dial);
                  return dial;
                })
            .start();
    Await.until("it dials", () -> hanging.size() == 1);

    supervisor.close();

    Await.until("given up", () -> hanging.get(0).isCancelled());
    nodes.clock.advance(Duration.ofMinutes(5));
    assertThat(hanging).hasSize(1);
  }

  @Test
  void aListenerThatFailsDoesNotStopIt() {
    try (CallClientSupervisor supervisor =
        CallClientSupervisor.builder(client.runtime(), this::dial)
            .listener(
                new CallClientSupervisor.Listener() {
                  @Override
                  public void connecting(int attempt) {
                    throw new IllegalStateException("a bug of the application");
                  }
                })
            .start()) {
      Await.until("connected", () -> supervisor.connection().isPresent());
    }
  }

  @Test
  void waitsHaveAnOrder() {
    CallClientSupervisor.Builder builder =
        CallClientSupervisor.builder(client.runtime(), this::dial);

    assertThatThrownBy(() -> builder.backOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.backOff(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
