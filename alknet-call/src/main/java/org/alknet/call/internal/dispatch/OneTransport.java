package org.alknet.call.internal.dispatch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.internal.link.Link;

/** Sends everything over the only link there is. */
final class OneTransport implements OutgoingStreams {
  private final Link link;

  OneTransport(Link link) {
    this.link = link;
  }

  @Override
  public CompletionStage<? extends Link> linkFor(Kind kind, int frameBytes) {
    return CompletableFuture.completedFuture(link);
  }
}
