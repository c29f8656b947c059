package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

/** What an operator can read of the requests that came. */
class AccessLogTest {
  /** Listens to the lines of requests. */
  private static final class Lines extends Handler {
    private final Logger logger = Logger.getLogger("org.alknet.http.internal.net.Exchange");
    private final Level before = logger.getLevel();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    Lines() {
      logger.setLevel(Level.FINE);
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord message) {
      lines.add(message.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setLevel(before);
    }
  }

  @Test
  void aRequestLeavesOneLineWithoutItsTokenItsQueryOrItsBody() {
    Lines log = new Lines();
    try (World world = World.start();
        Client client = Client.http1(world)) {
      HttpResponse<String> called = client.call(World.ANN, "open/echo", "'what was said'");
      client.get("/search?q=what-was-sought", World.BOB);
      client.get("/nothing?token=" + World.ANN);
      Await.until("there are three lines", () -> log.lines.size() == 3);

      String id = called.headers().firstValue("x-request-id").orElseThrow();
      assertThat(log.lines.get(0))
          .matches(
              "event=http_request method=POST path=/call status=200 outcome=answered us=[0-9]+"
                  + " request="
                  + id
                  + " identity=ann");
      assertThat(log.lines.get(1))
          .matches("event=http_request method=GET path=/search status=200 .* identity=bob");
      assertThat(log.lines.get(2))
          .matches("event=http_request method=GET path=/nothing status=404 .*");
      assertThat(log.lines)
          .noneMatch(
              line ->
                  line.contains(World.ANN)
                      || line.contains(World.BOB)
                      || line.contains("what was said")
                      || line.contains("what-was-sought"));
    } finally {
      log.close();
    }
  }
}
