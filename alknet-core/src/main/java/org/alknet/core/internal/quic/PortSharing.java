package org.alknet.core.internal.quic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How several sockets come to share a UDP port with {@code SO_REUSEPORT}. The first binds alone, so
 * that a port in use is noticed as ever, and only then lets the others in: with the option set from
 * the start, a second node of the same user would silently take half of the datagrams.
 */
final class PortSharing {
  private PortSharing() {}

  /** Says why so many sockets cannot share a port on that system, if they cannot. */
  static Optional<String> obstacle(int sockets, String osName) {
    // Elsewhere the option is missing, or one socket of them gets everything.
    return sockets == 1 || osName.toLowerCase(Locale.ROOT).startsWith("linux")
        ? Optional.empty()
        : Optional.of("event_loops above 1 needs SO_REUSEPORT as Linux has it, not " + osName);
  }

  /** Binds all sockets, one after the other. */
  static CompletionStage<Void> bind(List<ListenerSocket> sockets, InetSocketAddress address) {
    ListenerSocket first = sockets.get(0);
    CompletionStage<Void> bound = first.bind(address, false);
    if (sockets.size() == 1) {
      return bound;
    }
    bound =
        bound.thenCompose(
            alone -> {
              try {
                first.share();
                return CompletableFuture.completedFuture(null);
              } catch (IOException unable) {
                return CompletableFuture.failedFuture(unable);
              }
            });
    for (ListenerSocket next : sockets.subList(1, sockets.size())) {
      bound = bound.thenCompose(before -> next.bind(first.localAddress(), true));
    }
    return bound;
  }
}
