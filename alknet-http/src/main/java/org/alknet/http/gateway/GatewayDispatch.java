package org.alknet.http.gateway;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.RootInvoker;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import tools.jackson.databind.JsonNode;

/**
 * The one way from HTTP to the registry: it recognises the caller and hands the call to the call
 * module, which checks everything else. A class and no interface, because every surface has to do
 * this in the same way (spec/http.md section 6.6).
 *
 * <p>Thread-safe.
 */
public final class GatewayDispatch {
  private final RootInvoker invoker;
  private final IdentityProvider identities;

  /** Dispatches to an invoker, which stays the caller's to close. */
  public GatewayDispatch(RootInvoker invoker, IdentityProvider identities) {
    this.invoker = Objects.requireNonNull(invoker, "invoker");
    this.identities = Objects.requireNonNull(identities, "identities");
  }

  /** Returns who presents this token; empty if nobody here knows it. */
  public Optional<Identity> resolveBearer(AuthToken token) {
    return identities.resolveFromToken(token);
  }

  /**
   * Makes a unary call.
   *
   * @param operation with or without its leading slash
   * @return as {@link RootInvoker#invoke}: never fails; cancelling it aborts the call
   */
  public CompletionStage<ResponseEnvelope> invoke(
      Optional<Identity> caller, String operation, JsonNode input) {
    return invoker.invoke(caller, operation, input);
  }

  /**
   * Prepares a subscription.
   *
   * @param operation with or without its leading slash
   * @return as {@link RootInvoker#invokeStreaming}
   */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input) {
    return invoker.invokeStreaming(caller, operation, input);
  }

  /**
   * Prepares a subscription whose id the client is told before it starts.
   *
   * @param requestId as for {@link RootInvoker#invokeStreaming(Optional, String, JsonNode, String)}
   */
  Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input, String requestId) {
    return invoker.invokeStreaming(caller, operation, input, requestId);
  }
}
