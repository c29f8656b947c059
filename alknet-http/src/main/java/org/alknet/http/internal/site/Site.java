package org.alknet.http.internal.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.http.gateway.HttpErrorMapper;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;
import org.alknet.http.server.Stealth;

/**
 * Decides what becomes of a request: built-in routes, then those of the deployment, then the decoy
 * (spec/http.md section 4). Decides from the header alone, so that a stranger's request costs the
 * same and looks the same wherever it goes.
 *
 * <p>Thread-safe.
 */
public final class Site {
  /** Path of calls over WebSocket. */
  public static final String WEB_SOCKET = "/alknet/call";

  /** The one subprotocol there is. */
  public static final String PROTOCOL = "alknet.call.v1";

  private static final String CONNECT = "CONNECT";
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final SiteSettings settings;
  private final HttpRouteHandler decoy;
  private volatile boolean draining;

  /**
   * Puts a site together.
   *
   * @throws IllegalArgumentException if the parts do not fit; says which
   */
  public Site(SiteSettings settings, Executor workers) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.decoy = decoy(settings.decoy(), workers);
    Reserved.check(settings);
  }

  private static HttpRouteHandler decoy(Decoy kind, Executor workers) {
    if (kind instanceof Decoy.StaticSite site) {
      return new StaticFiles(site.root(), workers);
    }
    HttpReply reply =
        kind instanceof Decoy.Redirect redirect
            ? HttpReply.empty(302).with("Location", redirect.to())
            : Pages.of(404);
    return exchange -> CompletableFuture.completedFuture(reply);
  }

  /** Returns the bounds. */
  public HttpLimits limits() {
    return settings.limits();
  }

  /** Has the health check say that the server is about to stop. */
  public void drain() {
    draining = true;
  }

  /** Looks up again who a token belongs to. */
  public Optional<Identity> resolve(AuthToken token) {
    return settings.dispatch().resolveBearer(token);
  }

  /** Decides about a request. Never blocks. */
  public Verdict decide(RequestHead head) {
    if (!settings.hosts().isEmpty() && !settings.hosts().contains(hostName(head.host()))) {
      return decoy(head, Caller.NOBODY);
    }
    if (head.method().equals(CONNECT) && !isWebSocket(head.path())) {
      return decoy(head, Caller.NOBODY);
    }
    if (settings.healthPath().filter(head.path()::equals).isPresent()
        && head.routedMethod().equals("GET")) {
      HttpReply health =
          draining
              ? HttpReply.text(503, "text/plain", "draining")
              : HttpReply.text(200, "text/plain", "ok");
      return new Verdict.Answer(health, Caller.NOBODY);
    }
    boolean reserved = isBuiltIn(head.path());
    boolean custom =
        settings.routes().find(head.routedMethod(), head.path()).isPresent()
            || settings.routes().contains(head.path());
    boolean concealing = settings.stealth() == Stealth.CONCEAL;
    if (!reserved && !custom && !concealing) {
      return decoy(head, Caller.NOBODY);
    }
    Optional<AuthToken> token;
    try {
      token =
          head.path().equals(WEB_SOCKET)
              ? Bearer.ofWebSocket(head.fields())
              : Bearer.of(head.fields());
    } catch (Bearer.Ambiguous ambiguous) {
      return concealing && !custom ? decoy(head, Caller.NOBODY) : ambiguous(head);
    }
    Caller caller = caller(token, head.peer());
    if (concealing && !custom && caller.identity().isEmpty()) {
      token.ifPresent(AuthToken::destroy);
      return decoy(head, caller);
    }
    if (isWebSocket(head.path()) && head.webSocket()) {
      return webSocket(head, caller, token);
    }
    token.ifPresent(AuthToken::destroy);
    if (settings.guarded().contains(head.path()) && !isTrusted(head)) {
      return new Verdict.Answer(Pages.of(403), caller);
    }
    return route(head, caller);
  }

  /**
   * Whether a request comes from no page, or from one that may ask. Without TLS on the loopback
   * interface the name in the request is all that tells a page of this machine from one whose name
   * was made to lead here.
   */
  private boolean isTrusted(RequestHead head) {
    if (head.peer().isLocalCleartext()
        && settings.hosts().isEmpty()
        && !LOCAL_NAMES.contains(hostName(head.host()))) {
      return false;
    }
    return isOfAllowedOrigin(head);
  }

  private boolean isOfAllowedOrigin(RequestHead head) {
    return head.fields().all("Origin").stream()
        .allMatch(origin -> settings.origins().allows(origin, head.host()));
  }

  private Caller caller(Optional<AuthToken> token, Peer peer) {
    if (token.isEmpty()) {
      return Caller.NOBODY;
    }
    Optional<Identity> identity = resolve(token.get());
    if (identity.isEmpty()) {
      peer.credentialRejected();
    }
    return new Caller(identity, identity.isEmpty());
  }

  private boolean isBuiltIn(String path) {
    return settings.builtIn().containsKey(path)
        || settings.healthPath().filter(path::equals).isPresent()
        || isWebSocket(path);
  }

  private boolean isWebSocket(String path) {
    return settings.webSocket() && path.equals(WEB_SOCKET);
  }

  /** Two credentials, of which one would have to be chosen. */
  private Verdict ambiguous(RequestHead head) {
    HttpReply reply =
        settings.builtIn().containsKey(head.path())
            ? CrossOrigin.mark(
                settings.origins(),
                head,
                HttpErrorMapper.refusal(400, "the request has two credentials"))
            : Pages.of(400);
    return new Verdict.Answer(reply, Caller.NOBODY);
  }

  private Verdict route(RequestHead head, Caller caller) {
    String method = head.routedMethod();
    UnaryOperator<HttpReply> finish = reply -> CrossOrigin.mark(settings.origins(), head, reply);
    HttpRouteHandler own = settings.builtIn().getOrDefault(head.path(), Map.of()).get(method);
    if (own != null) {
      return new Verdict.Serve(
          own, caller, true, true, finish, status -> finish.apply(refusal(status)));
    }
    if (isWebSocket(head.path()) && method.equals("GET")) {
      return new Verdict.Answer(notUpgraded(caller), caller);
    }
    List<String> exact = settings.routes().methods(head.path());
    Optional<HttpRouteHandler> custom = settings.routes().find(method, head.path());
    boolean shared =
        settings.builtIn().containsKey(head.path()) || !exact.isEmpty() || custom.isPresent();
    if (shared && !exact.contains("OPTIONS")) {
      Optional<HttpReply> preflight = CrossOrigin.preflight(settings.origins(), head);
      if (preflight.isPresent()) {
        return new Verdict.Answer(preflight.get(), caller);
      }
    }
    if (custom.isPresent()) {
      return new Verdict.Serve(custom.get(), caller, false, true, finish, Pages::of);
    }
    List<String> methods = methods(head.path());
    if (methods.isEmpty()) {
      return decoy(head, caller);
    }
    HttpReply notAllowed = HttpReply.empty(405).with("Allow", String.join(", ", methods));
    return new Verdict.Answer(shared ? finish.apply(notAllowed) : notAllowed, caller);
  }

  private List<String> methods(String path) {
    TreeSet<String> methods = new TreeSet<>(settings.routes().methods(path));
    methods.addAll(settings.builtIn().getOrDefault(path, Map.of()).keySet());
    if (settings.healthPath().filter(path::equals).isPresent() || isWebSocket(path)) {
      methods.add("GET");
    }
    if (methods.contains("GET") && !path.equals(WEB_SOCKET)) {
      methods.add("HEAD");
    }
    return new ArrayList<>(methods);
  }

  private Verdict webSocket(RequestHead head, Caller caller, Optional<AuthToken> token) {
    if (caller.identity().isEmpty() || token.isEmpty()) {
      token.ifPresent(AuthToken::destroy);
      return new Verdict.Answer(unauthorized(caller), caller);
    }
    if (!isOfAllowedOrigin(head)) {
      token.get().destroy();
      return new Verdict.Answer(Pages.of(403), caller);
    }
    List<String> protocols = Bearer.protocols(head.fields());
    if (protocols.contains(PROTOCOL)) {
      return new Verdict.Upgrade(caller, token.get(), Optional.of(PROTOCOL));
    }
    if (protocols.stream().anyMatch(name -> name.startsWith(Bearer.PROTOCOL_PREFIX))) {
      // The token is never echoed, and a page whose every offer is declined ends the connection.
      token.get().destroy();
      return new Verdict.Answer(Pages.of(400), caller);
    }
    return new Verdict.Upgrade(caller, token.get(), Optional.empty());
  }

  private static HttpReply notUpgraded(Caller caller) {
    return caller.identity().isEmpty()
        ? unauthorized(caller)
        : HttpReply.empty(426).with("Upgrade", "websocket");
  }

  private static HttpReply unauthorized(Caller caller) {
    return HttpReply.empty(401)
        .with("WWW-Authenticate", caller.rejected() ? "Bearer error=\"invalid_token\"" : "Bearer");
  }

  private Verdict decoy(RequestHead head, Caller caller) {
    if (head.method().equals(CONNECT)) {
      return new Verdict.Answer(Pages.of(405), caller); // a 200 would be a tunnel (RFC 8441)
    }
    return new Verdict.Serve(
        decoy, caller, !(decoy instanceof StaticFiles), false, UnaryOperator.identity(), Pages::of);
  }

  private static HttpReply refusal(int status) {
    return HttpErrorMapper.refusal(
        status,
        switch (status) {
          case 413 -> "the body is longer than the server takes";
          case 408 -> "the body did not come in time";
          default -> "the body cannot be taken";
        });
  }

  /** Returns a host without its port. */
  private static String hostName(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
