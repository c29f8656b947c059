package org.alknet.testkit;

import org.alknet.testkit.contract.ConnectedPair;
import org.alknet.testkit.contract.ConnectionContract;

class QuicConnectionContractIT extends ConnectionContract {
  @Override
  protected ConnectedPair connect(int streamLimit) {
    return QuicPair.connect(ALPN, streamLimit);
  }
}
