package org.alknet.call.internal.dispatch;

import java.util.concurrent.CompletionStage;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.StreamLink;

/** Opens a stream for every request. */
final class StreamPerRequest implements OutgoingStreams {
  private final CallSession session;

  StreamPerRequest(CallSession session) {
    this.session = session;
  }

  @Override
  public CompletionStage<? extends Link> linkFor(Kind kind, int frameBytes) {
    return session.open(StreamLink.Role.DEDICATED);
  }
}
