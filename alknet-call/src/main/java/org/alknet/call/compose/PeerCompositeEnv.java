package org.alknet.call.compose;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All layers of one call: session, peers in the order they attached, this node (spec/call.md
 * section 10.4). Reachability is checked here, once, before anything is looked for; what cannot be
 * reached, is unknown or is missing on the peer that was asked for looks the same.
 *
 * <p>Immutable, though what the layers offer may change. Thread-safe.
 */
public final class PeerCompositeEnv implements UngatedEnv {
  private final LocalOperationEnv base;
  private final @Nullable OperationEnv session;
  private final AttachedPeers peers;

  PeerCompositeEnv(LocalOperationEnv base, @Nullable OperationEnv session, AttachedPeers peers) {
    this.base = Objects.requireNonNull(base, "base");
    this.session = session;
    this.peers = Objects.requireNonNull(peers, "peers");
  }

  /**
   * Returns the layers of a call.
   *
   * @param base this node's own operations, the last resort
   * @param session the caller's session, if there is one
   * @param peers what each peer offers, in routing order
   */
  public static PeerCompositeEnv of(
      LocalOperationEnv base,
      Optional<OperationEnv> session,
      Map<String, ? extends OperationEnv> peers) {
    return new PeerCompositeEnv(base, session.orElse(null), AttachedPeers.of(peers));
  }

  /** Returns the same layers with a session. */
  public PeerCompositeEnv withSession(OperationEnv overlay) {
    return new PeerCompositeEnv(base, Objects.requireNonNull(overlay, "overlay"), peers);
  }

  /** Returns the same layers with a peer more; a known one keeps its place in the order. */
  public PeerCompositeEnv attachPeer(String peerId, OperationEnv overlay) {
    return new PeerCompositeEnv(base, session, peers.with(peerId, overlay));
  }

  /** Returns the same layers without the peer; attached again it goes to the end. */
  public PeerCompositeEnv detachPeer(String peerId) {
    return new PeerCompositeEnv(base, session, peers.without(peerId));
  }

  @Override
  public CompletionStage<ResponseEnvelope> invokeWithPolicy(
      String ns, String op, JsonNode input, OperationContext parent, AbortPolicy policy) {
    return invokePeer(PeerRef.any(), ns, op, input, parent, policy);
  }

  @Override
  public CompletionStage<ResponseEnvelope> invokePeer(
      PeerRef peer,
      String ns,
      String op,
      JsonNode input,
      OperationContext parent,
      AbortPolicy policy) {
    String name = ns + "/" + op;
    if (!parent.scopedEnv().allowsVia(peer, name)) {
      return base.refuse(name, input, parent, policy);
    }
    if (peer instanceof PeerRef.Specific specific) {
      OperationEnv env = peers.env(specific.peerId());
      return env == null || !env.contains(name)
          ? base.refuse(name, input, parent, policy)
          : dispatch(env, name, input, parent, policy);
    }
    return dispatchUngated(name, input, parent, policy);
  }

  @Override
  public CompletionStage<ResponseEnvelope> dispatchUngated(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    if (session != null && session.contains(name)) {
      return dispatch(session, name, input, parent, policy);
    }
    OperationEnv env = peers.firstWith(name);
    return env == null
        ? base.dispatchUngated(name, input, parent, policy)
        : dispatch(env, name, input, parent, policy);
  }

  /** Asks a layer that is not to check reachability again, if it can be asked that way. */
  private static CompletionStage<ResponseEnvelope> dispatch(
      OperationEnv env, String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    if (env instanceof UngatedEnv ungated) {
      return ungated.dispatchUngated(name, input, parent, policy);
    }
    int slash = name.indexOf('/');
    return env.invokeWithPolicy(
        name.substring(0, slash), name.substring(slash + 1), input, parent, policy);
  }

  @Override
  public boolean contains(String name) {
    return (session != null && session.contains(name))
        || peers.firstWith(name) != null
        || base.contains(name);
  }

  @Override
  public List<String> peerIds() {
    return peers.ids();
  }

  @Override
  public boolean peerContains(String peerId, String name) {
    OperationEnv env = peers.env(peerId);
    return env != null && env.contains(name);
  }

  @Override
  public List<OperationSpec> peerOperations(String peerId) {
    OperationEnv env = peers.env(peerId);
    return env == null ? List.of() : env.peerOperations(peerId);
  }

  /** Returns the way to the dispatcher. */
  ComposedCalls calls() {
    return base.calls();
  }
}
