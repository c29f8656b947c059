package org.alknet.testkit;

import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.RecvStream;
import org.alknet.core.connection.SendStream;

/**
 * A stream between the two ends of a pair. All fields are guarded by the pair's lock.
 *
 * <p>As in QUIC, the peer learns of a stream from the first thing sent on it, not from its opening.
 */
final class InMemoryStream {
  private final InMemoryConnection opener;
  private final InMemoryConnection acceptor;
  private final InMemoryPipe forth;
  private final InMemoryPipe back;
  private boolean announced;
  private boolean ended;

  InMemoryStream(InMemoryConnection opener, InMemoryConnection acceptor, int bufferBytes) {
    this.opener = opener;
    this.acceptor = acceptor;
    this.forth = new InMemoryPipe(this, opener, acceptor, bufferBytes);
    this.back = new InMemoryPipe(this, acceptor, opener, bufferBytes);
  }

  InMemoryConnection opener() {
    return opener;
  }

  /** Returns the stream as the side that opened it sees it. */
  BiStream openerView() {
    return new View(forth, back);
  }

  /** Lets the acceptor know of the stream, if this is the first thing its opener does. */
  void announce(InMemoryConnection by) {
    if (!announced && by == opener) {
      announced = true;
      acceptor.arrived(new View(back, forth));
    }
  }

  /** Returns the credit once both directions are over. */
  void endIfOver() {
    if (!ended && forth.isOver() && back.isOver()) {
      ended = true;
      opener.streamEnded(this);
    }
  }

  void connectionGone() {
    forth.connectionGone();
    back.connectionGone();
  }

  private record View(InMemoryPipe out, InMemoryPipe in) implements BiStream {
    @Override
    public SendStream send() {
      return out;
    }

    @Override
    public RecvStream recv() {
      return in;
    }

    @Override
    public void close() {
      // Nobody waits for a let-go stream, so nobody hears that it could not be finished.
      out.finish();
      in.stop(0);
    }
  }
}
