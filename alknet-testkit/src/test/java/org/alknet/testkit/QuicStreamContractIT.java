package org.alknet.testkit;

import org.alknet.testkit.contract.ConnectedPair;
import org.alknet.testkit.contract.StreamContract;

class QuicStreamContractIT extends StreamContract {
  @Override
  protected ConnectedPair connect(int streamLimit) {
    return QuicPair.connect(ALPN, streamLimit);
  }
}
