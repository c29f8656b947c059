package org.alknet.call.tck;

import static org.alknet.call.testing.Json.json;

import java.util.concurrent.Flow;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Elements;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import tools.jackson.databind.JsonNode;

/** The rules for publishers, with times that a loaded machine keeps. */
abstract class StreamVerification extends FlowPublisherVerification<ResponseEnvelope> {
  static final String RANGE = "tck/range";

  private static final long TIMEOUT_MS = 3_000;
  private static final long NO_SIGNAL_MS = 50;

  /** The kit waits this long for an error and not, as it says, for its timeout. */
  private static final long POLL_MS = 500;

  StreamVerification() {
    super(new TestEnvironment(TIMEOUT_MS, NO_SIGNAL_MS, POLL_MS), TIMEOUT_MS);
  }

  /** Adds an operation that counts to its input. */
  static void register(OperationRegistry.Builder operations) {
    operations.withLocalStreaming(
        OperationSpec.subscription(RANGE).build(),
        (input, ctx) -> new Range(ctx.requestId(), input.longValue()));
  }

  static JsonNode upTo(long count) {
    return json(Long.toString(count));
  }

  /** What is refused is the second subscriber: other failures are elements. */
  static Flow.Publisher<ResponseEnvelope> taken(Flow.Publisher<ResponseEnvelope> publisher) {
    Elements.of(publisher, 0).cancel();
    return publisher;
  }
}
