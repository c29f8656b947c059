package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.LocalOperationEnv;
import org.alknet.call.compose.PeerCompositeEnv;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.SessionOverlaySource;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * What makes a node one of several: who its peers are, what is imported from them, and which layers
 * a call sees (spec/call.md section 10).
 *
 * <p>Thread-safe.
 */
final class Peering {
  private static final Logger LOG = System.getLogger(Peering.class.getName());

  private final PeerDirectory directory;
  private final ImportPolicy policy;
  private final @Nullable SessionOverlaySource sessions;
  private final Predicate<String> tokenPeers;
  private final OperationRegistry registry;
  private final LocalOperationEnv local;

  Peering(
      PeerDirectory directory,
      ImportPolicy policy,
      @Nullable SessionOverlaySource sessions,
      Predicate<String> tokenPeers,
      OperationRegistry registry,
      LocalOperationEnv local) {
    this.directory = directory;
    this.policy = policy;
    this.sessions = sessions;
    this.tokenPeers = tokenPeers;
    this.registry = registry;
    this.local = local;
  }

  PeerDirectory directory() {
    return directory;
  }

  ImportPolicy policy() {
    return policy;
  }

  /** Whether connections are promoted to this peer by its token (spec/call.md G-31). */
  boolean isTokenPeer(String id) {
    return tokenPeers.test(id);
  }

  boolean hasSessions() {
    return sessions != null;
  }

  LocalOperationEnv local() {
    return local;
  }

  /**
   * Returns the layers below a session.
   *
   * @param origin the connection the call came over; null for another front end
   */
  PeerCompositeEnv env(@Nullable CallSession origin) {
    Optional<String> peerId = origin == null ? Optional.empty() : origin.peerId();
    return origin == null || peerId.isEmpty() || origin.isOver()
        ? directory.env(local)
        : directory.env(local, peerId.get(), origin);
  }

  /** Returns the operations of the session a call belongs to. */
  Optional<OperationEnv> session(OperationContext ctx) {
    return Objects.requireNonNull(sessions).overlayFor(ctx);
  }

  /** Leaves out what would stand in front of an operation of this node (spec/call.md G-01). */
  List<HandlerRegistration> withoutShadows(List<HandlerRegistration> registrations) {
    List<HandlerRegistration> allowed = new ArrayList<>(registrations.size());
    for (HandlerRegistration registration : registrations) {
      String name = registration.spec().name();
      if (registry.find(name).isPresent() && !policy.shadowable().contains(name)) {
        LOG.log(Level.WARNING, "event=import_skipped reason=shadows_local operation={0}", name);
      } else {
        allowed.add(registration);
      }
    }
    return allowed;
  }
}
