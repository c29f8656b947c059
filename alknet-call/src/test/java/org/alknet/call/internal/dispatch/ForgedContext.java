package org.alknet.call.internal.dispatch;

import java.util.Map;
import java.util.Optional;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CancellationSignal;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;

/** What a handler might try: a context of its own making that claims to be inside and strong. */
record ForgedContext(OperationEnv env, ScopedPeerEnv scopedEnv) implements OperationContext {
  @Override
  public String requestId() {
    return "forged";
  }

  @Override
  public Optional<String> parentRequestId() {
    return Optional.of("nobody");
  }

  @Override
  public Optional<Identity> identity() {
    return Optional.of(Identity.of("root", "strong"));
  }

  @Override
  public Optional<CompositionAuthority> handlerIdentity() {
    return Optional.of(CompositionAuthority.of("root", "strong"));
  }

  @Override
  public Optional<Identity> forwardedFor() {
    return Optional.empty();
  }

  @Override
  public Capabilities capabilities() {
    return Capabilities.empty();
  }

  @Override
  public Map<String, JsonNode> metadata() {
    return Map.of();
  }

  @Override
  public AbortPolicy abortPolicy() {
    return AbortPolicy.CONTINUE_RUNNING;
  }

  @Override
  public Optional<Deadline> deadline() {
    return Optional.empty();
  }

  @Override
  public boolean isInternal() {
    return true;
  }

  @Override
  public CancellationSignal cancellation() {
    throw new UnsupportedOperationException();
  }
}
