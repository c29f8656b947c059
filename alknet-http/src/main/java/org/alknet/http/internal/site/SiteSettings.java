package org.alknet.http.internal.site;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.alknet.http.gateway.GatewayDispatch;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpRouteHandler;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;

/**
 * What a site is made of.
 *
 * @param dispatch recognises callers
 * @param builtIn handlers by path and method
 * @param guarded paths of built-in handlers that pages of other origins must not use, nor pages
 *     that made their own name lead here
 * @param routes what the deployment adds
 * @param decoy what everybody else sees
 * @param stealth what strangers are told
 * @param origins pages that may use the gateway
 * @param hosts names the server answers to; any if empty
 * @param healthPath where the health check is, if there is one
 * @param webSocket whether calls over WebSocket are served
 * @param limits bounds
 */
public record SiteSettings(
    GatewayDispatch dispatch,
    Map<String, Map<String, HttpRouteHandler>> builtIn,
    Set<String> guarded,
    CustomRoutes routes,
    Decoy decoy,
    Stealth stealth,
    Origins origins,
    Set<String> hosts,
    Optional<String> healthPath,
    boolean webSocket,
    HttpLimits limits) {
  /** Copies and refuses null components. */
  public SiteSettings {
    Objects.requireNonNull(dispatch, "dispatch");
    builtIn = Map.copyOf(builtIn);
    guarded = Set.copyOf(guarded);
    Objects.requireNonNull(routes, "routes");
    Objects.requireNonNull(decoy, "decoy");
    Objects.requireNonNull(stealth, "stealth");
    Objects.requireNonNull(origins, "origins");
    hosts = Set.copyOf(hosts);
    Objects.requireNonNull(healthPath, "healthPath");
    Objects.requireNonNull(limits, "limits");
  }
}
