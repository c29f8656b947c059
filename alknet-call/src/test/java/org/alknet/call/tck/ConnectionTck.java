package org.alknet.call.tck;

import java.util.concurrent.Flow;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Pair;
import org.testng.annotations.AfterClass;

/** Subscriptions over a connection. */
public final class ConnectionTck extends StreamVerification {
  private final Pair pair = new Pair().serve(StreamVerification::register);
  private final Pair.Ends ends = pair.start();

  /** Connects two nodes. */
  public ConnectionTck() {}

  /** Ends both nodes. */
  @AfterClass
  public void close() {
    pair.close();
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFlowPublisher(long elements) {
    return ends.client().subscribe(RANGE, upTo(elements));
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFailedFlowPublisher() {
    return taken(createFlowPublisher(1));
  }
}
