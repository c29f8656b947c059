package org.alknet.call.internal.dispatch;

import java.util.Optional;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.PipeTransport;
import org.alknet.core.identity.Identity;

/** Two nodes on a foreign transport: one channel that both directions share. */
record SharedPair(Pair pair, CallConnection client, CallConnection server, PipeTransport.Ends ends)
    implements AutoCloseable {
  static SharedPair of(Pair pair) {
    return of(pair, Optional.empty());
  }

  static SharedPair of(Pair pair, Optional<Identity> caller) {
    pair.start();
    PipeTransport.Ends ends = PipeTransport.pair();
    CallConnection server = pair.serverRuntime().serve(ends.right(), caller);
    CallConnection client = pair.clientRuntime().serve(ends.left(), Optional.empty());
    return new SharedPair(pair, client, server, ends);
  }

  @Override
  public void close() {
    pair.close();
  }
}
