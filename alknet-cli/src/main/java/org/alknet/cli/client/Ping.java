package org.alknet.cli.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Round trips of a discovery request. Any answer counts as one, for an error travels the same way.
 *
 * <p>Not thread-safe.
 */
public final class Ping {
  private static final String WHO_AM_I = "demo/whoami";
  private static final String PROBE = "services/schema";

  private final Session session;
  private final Duration limit;
  private final List<Duration> times = new ArrayList<>();
  private int sent;

  /** Pings over a session, each time waiting for at most the limit. */
  public Ping(Session session, Duration limit) {
    this.session = session;
    this.limit = limit;
  }

  /**
   * What came of it.
   *
   * <p>Immutable.
   *
   * @param sent requests
   * @param lost those without an answer
   * @param min shortest time; zero like the others if there was no answer
   * @param average mean time
   * @param max longest time
   * @param p99 time within which 99 of 100 answers came
   */
  public record Summary(
      int sent, int lost, Duration min, Duration average, Duration max, Duration p99) {}

  /** Returns how the remote knows us: an id, empty text for not at all, empty if it cannot say. */
  public Optional<String> whoAmI() throws Exception {
    ResponseEnvelope answer = ask(WHO_AM_I, JsonNodeFactory.instance.objectNode());
    return answer.output().map(output -> output.path("id").asString(""));
  }

  /** Makes one round trip; empty if there was no answer. */
  public Optional<Duration> once() throws Exception {
    sent++;
    long began = System.nanoTime();
    ResponseEnvelope answer = ask(PROBE, JsonNodeFactory.instance.objectNode().put("name", PROBE));
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    if (answer.error().map(Ping::isSilence).orElse(false)) {
      return Optional.empty();
    }
    times.add(time);
    return Optional.of(time);
  }

  private static boolean isSilence(CallError error) {
    int exit = CallFailures.exitCode(error);
    return exit == ExitCodes.TIMEOUT || exit == ExitCodes.CONNECTION_LOST;
  }

  private ResponseEnvelope ask(String operation, JsonNode input) throws Exception {
    return session.call(CallRequest.of(operation, input).withTimeout(limit));
  }

  /** Returns how many round trips were begun. */
  public int sent() {
    return sent;
  }

  /** Returns what came of it so far. */
  public Summary summary() {
    if (times.isEmpty()) {
      return new Summary(sent, sent, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }
    List<Duration> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    Duration sum = sorted.stream().reduce(Duration.ZERO, Duration::plus);
    int last = sorted.size() - 1;
    return new Summary(
        sent,
        sent - sorted.size(),
        sorted.get(0),
        sum.dividedBy(sorted.size()),
        sorted.get(last),
        sorted.get((int) Math.min(last, Math.ceil(sorted.size() * 0.99) - 1)));
  }
}
