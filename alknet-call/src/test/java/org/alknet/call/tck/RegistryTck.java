package org.alknet.call.tck;

import java.util.concurrent.Flow;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.StubContext;

/** What the registry makes of a handler's stream. */
public final class RegistryTck extends StreamVerification {
  private final OperationRegistry registry;

  /** Builds a registry. */
  public RegistryTck() {
    OperationRegistry.Builder operations = OperationRegistry.builder();
    register(operations);
    registry = operations.build();
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
