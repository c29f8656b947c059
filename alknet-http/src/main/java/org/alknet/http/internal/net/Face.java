package org.alknet.http.internal.net;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.alknet.http.internal.channel.ByteBudget;
import org.alknet.http.internal.site.Site;
import org.alknet.http.internal.ws.WebSocketService;
import org.alknet.http.server.HttpLimits;

/**
 * What all connections of a server share.
 *
 * @param site decides about requests
 * @param budget bounds the bodies held
 * @param workers for what may block
 * @param live the connections there are
 * @param webSockets serves calls over WebSocket, if they are served
 */
record Face(
    Site site,
    ByteBudget budget,
    Executor workers,
    LiveConnections live,
    Optional<WebSocketService> webSockets) {
  /** Refuses null components. */
  Face {
    Objects.requireNonNull(site, "site");
    Objects.requireNonNull(budget, "budget");
    Objects.requireNonNull(workers, "workers");
    Objects.requireNonNull(live, "live");
    Objects.requireNonNull(webSockets, "webSockets");
  }

  HttpLimits limits() {
    return site.limits();
  }
}
