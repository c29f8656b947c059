package org.alknet.call.tck;

import java.util.concurrent.Flow;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.StubContext;

/** The one element by which the registry refuses a stream. */
public final class RefusalTck extends StreamVerification {
  private final OperationRegistry registry = OperationRegistry.empty();

  /** Uses an empty registry. */
  public RefusalTck() {}

  @Override
  public long maxElementsFromPublisher() {
    return 1;
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFlowPublisher(long elements) {
    return registry.invokeStreaming(RANGE, upTo(elements), StubContext.wire("r"));
  }

  @Override
  @SuppressWarnings("NullAway") // null is how the kit hears that there is none
  public Flow.Publisher<ResponseEnvelope> createFailedFlowPublisher() {
    return null;
  }
}
