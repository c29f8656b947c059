package org.alknet.testkit;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.testkit.contract.ConnectedPair;
import org.alknet.testkit.contract.ConnectionContract;
import org.alknet.testkit.contract.StreamContract;
import org.junit.jupiter.api.Nested;

/** The suites once more with stages that complete late and elsewhere, as those of QUIC do. */
class InMemoryAsyncContractTest {
  private static ConnectedPair connectOnThreads(int streamLimit) {
    // Two threads for two ends: the completions of one end still never overlap.
    ExecutorService executor = Executors.newFixedThreadPool(2);
    InMemoryConnection.Pair pair =
        InMemoryConnection.builder(ConnectionContract.ALPN)
            .streamLimit(streamLimit)
            .executor(executor)
            .pair();
    return new ConnectedPair(pair.left(), pair.right(), executor::shutdown);
  }

  @Nested
  class Connections extends ConnectionContract {
    @Override
    protected ConnectedPair connect(int streamLimit) {
      return connectOnThreads(streamLimit);
    }
  }

  @Nested
  class Streams extends StreamContract {
    @Override
    protected ConnectedPair connect(int streamLimit) {
      return connectOnThreads(streamLimit);
    }
  }
}
