package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Wire.abort;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.testkit.Await;
import org.alknet.testkit.Frames;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;

/** What an operator can count and read. */
class ObservabilityTest {
  private static final Map<String, String> NONE = Map.of();
  private final CountingMetrics metrics = new CountingMetrics();
  private final Gate gate = new Gate();

  private Pair observed() {
    return new Pair()
        .serve(
            ops ->
                ops.withLocal(OperationSpec.query("demo/echo").build(), Handlers.echo())
                    .withLocal(OperationSpec.query("demo/wait").build(), gate.handler())
                    .withLocal(
                        OperationSpec.query("demo/throws").build(),
                        (input, ctx) -> {
                          throw new IllegalStateException("as it does");
                        }))
        .options(options -> options.metrics(metrics));
  }

  private long requests(String operation, String code, String peer) {
    return metrics.total(
        "call_requests_total",
        Map.of("operation", operation, "code", code, "layer", "wire", "peer", peer));
  }

  @Test
  void callsFromTheWireAreCountedByOperationCodeLayerAndPeer() {
    try (Pair pair = observed().clientIs(Identity.of("worker"))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open();
      stream.send(request("c1", "/demo/echo", "1"));
      next(stream);
      stream.send(request("c2", "/no/such", "1"));
      next(stream);

      assertThat(requests("demo/echo", "OK", "worker")).isEqualTo(1);
      assertThat(requests("unknown", "NOT_FOUND", "worker")).isEqualTo(1);
    }
  }

  @Test
  void abortsTimeoutsRejectedFramesOverloadsAndCallsInWorkAreCounted() {
    try (Pair pair = observed().limits(limits -> limits.maxInbound(1))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "1"));
      Await.result(gate.started());
      assertThat(metrics.gauge("call_in_flight", NONE)).isEqualTo(1);
      stream.send(request("c2", "/demo/echo", "1"));
      next(stream);
      assertThat(metrics.total("call_overloads_total", NONE)).isEqualTo(1);

      stream.send(abort("c1"));
      next(stream);
      assertThat(metrics.total("call_aborts_total", NONE)).isEqualTo(1);
      Await.until("nothing in work", () -> metrics.gauge("call_in_flight", NONE) == 0);

      Await.until("the place is free", () -> requests("demo/wait", "INTERNAL", "none") == 1);
      ScriptedStream timed = peer.open().send(request("c3", "/demo/wait", "1"));
      Await.until("it runs", () -> gate.entered() == 2);
      pair.clock.advance(Duration.ofSeconds(30));
      next(timed);
      assertThat(metrics.total("call_timeouts_total", NONE)).isEqualTo(1);
      assertThat(requests("demo/wait", "TIMEOUT", "none")).isEqualTo(1);

      peer.open().send(Frames.prefix(0)).expectReset();
      Await.until(
          "the frame was counted", () -> metrics.total("call_rejected_frames_total", NONE) == 1);
    }
  }

  @Test
  void everyCallThatEndsIsALineAndNoTextOfAPeerBreaksOutOfIt() {
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler capture =
        new Handler() {
          @Override
          public void publish(LogRecord message) {
            lines.add(message.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("org.alknet.call");
    Logger ends = Logger.getLogger(CallMetrics.class.getName());
    capture.setLevel(Level.ALL);
    logger.addHandler(capture);
    ends.setLevel(Level.FINE);
    try (Pair pair = observed()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open();
      String payload = "{'operationId':'/demo/throws','input':'the secret','auth_token':'alk_x'}";
      stream.sendAndFinish(
          frame("{'type':'call.requested','id':'a\\nevent=forged b','payload':" + payload + "}"));
      next(stream);

      assertThat(lines)
          .anyMatch(
              line ->
                  line.startsWith("event=call_end layer=wire peer=none operation=demo/throws")
                      && line.endsWith("parent=none code=INTERNAL"))
          .anyMatch(line -> line.startsWith("event=handler_failed operation=demo/throws"))
          .noneMatch(line -> line.contains("\n"))
          .noneMatch(line -> line.contains("secret") || line.contains("alk_x"));
    } finally {
      ends.setLevel(null);
      logger.removeHandler(capture);
    }
  }
}
