package org.alknet.call.tck;

import java.util.Optional;
import java.util.concurrent.Flow;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.testng.annotations.AfterClass;

/** Subscriptions of other front ends. */
public final class RootInvokerTck extends StreamVerification {
  private final RootInvoker invoker;

  /** Starts a node. */
  public RootInvokerTck() {
    OperationRegistry.Builder operations = OperationRegistry.builder();
    register(operations);
    invoker = RootInvoker.of(operations.build(), CallLimits.defaults());
  }

  /** Ends the node. */
  @AfterClass
  public void close() {
    invoker.close();
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFlowPublisher(long elements) {
    return invoker.invokeStreaming(Optional.empty(), RANGE, upTo(elements));
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFailedFlowPublisher() {
    return taken(createFlowPublisher(1));
  }
}
