package org.alknet.call.faults;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.core.AlknetDialer;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

/** A subscriber that does not ask, over QUIC on loopback. */
class FlowControlIT {
  /** What the window of a stream and all buffers on the way hold is far less than this. */
  private static final int FAR_LESS = PeerNode.PAGES / 4;

  @Test
  void aSlowSubscriberStopsTheProducerThroughFlowControlAndLosesNothing() {
    try (PeerNode node = new PeerNode(Duration.ofSeconds(2));
        AlknetDialer dialler = PeerNode.dialler();
        CallClient client = PeerNode.client(dialler);
        CallConnection connection = PeerNode.dial(client, node)) {
      Elements elements = Elements.of(connection.subscribe("node/pages", json("1")), 3);
      elements.await(3);

      assertThat(settled(node)).isLessThan(FAR_LESS);
      assertThat(Await.result(connection.call("node/echo", json("7"))).output())
          .contains(json("7"));
      elements.request(Long.MAX_VALUE);

      List<ResponseEnvelope> received = elements.toEnd();
      assertThat(received).hasSize(PeerNode.PAGES);
      for (int i = 0; i < received.size(); i++) {
        assertThat(received.get(i).output().orElseThrow().path("n").intValue()).isEqualTo(i + 1);
      }
    }
  }

  /** Waits until the producer has come to rest. */
  private static long settled(PeerNode node) {
    AtomicLong last = new AtomicLong(-1);
    AtomicLong same = new AtomicLong();
    Await.until(
        "the producer rests",
        () -> {
          long now = node.pages.produced();
          same.set(now == last.getAndSet(now) ? same.get() + 1 : 0);
          return same.get() >= 200;
        });
    return last.get();
  }
}
