package org.alknet.http.internal.net;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.channel.Farewell;

/**
 * The connections there are, to be told when the server stops.
 *
 * <p>Thread-safe.
 */
final class LiveConnections {
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private volatile boolean draining;

  /** Adds a connection until it closes. */
  void add(Channel channel) {
    channels.add(channel);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              channels.remove(channel);
              look();
            });
    if (draining) {
      channel.pipeline().fireUserEventTriggered(Farewell.DRAIN);
    }
  }

  /** Returns how many there are. */
  int size() {
    return channels.size();
  }

  /** Tells everybody to come to an end; completes when all have. */
  CompletionStage<Void> drain() {
    draining = true;
    for (Channel channel : channels) {
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Farewell.DRAIN));
    }
    look();
    return empty;
  }

  boolean isDraining() {
    return draining;
  }

  /** Closes what is left. */
  void closeAll() {
    for (Channel channel : channels) {
      channel.close().addListener(Closing.LOGGED);
    }
  }

  private void look() {
    if (draining && channels.isEmpty()) {
      empty.complete(null);
    }
  }
}
