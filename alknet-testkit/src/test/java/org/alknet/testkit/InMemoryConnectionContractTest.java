package org.alknet.testkit;

import org.alknet.testkit.contract.ConnectedPair;
import org.alknet.testkit.contract.ConnectionContract;

class InMemoryConnectionContractTest extends ConnectionContract {
  @Override
  protected ConnectedPair connect(int streamLimit) {
    InMemoryConnection.Pair pair = InMemoryConnection.builder(ALPN).streamLimit(streamLimit).pair();
    return new ConnectedPair(pair.left(), pair.right(), () -> {});
  }
}
