package org.alknet.call.testing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
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

/** A context for tests of the registry alone, which believes every context. */
public final class StubContext implements OperationContext {
  private final String id;
  private final boolean internal;
  private Optional<Identity> identity = Optional.empty();
  private Optional<Deadline> deadline = Optional.empty();
  private boolean cancelled;

  private StubContext(String id, boolean internal) {
    this.id = id;
    this.internal = internal;
  }

  /** A call from outside. */
  public static StubContext wire(String id) {
    return new StubContext(id, false);
  }

  /** A composed call. */
  public static StubContext composed(String id) {
    return new StubContext(id, true);
  }

  /** Sets the caller. */
  public StubContext as(Identity caller) {
    identity = Optional.of(caller);
    return this;
  }

  /** Lets the deadline have passed. */
  public StubContext expired() {
    deadline = Optional.of(Deadline.after(Duration.ZERO, () -> 0));
    return this;
  }

  /** Lets the call be cancelled. */
  public StubContext cancelled() {
    cancelled = true;
    return this;
  }

  @Override
  public String requestId() {
    return id;
  }

  @Override
  public Optional<String> parentRequestId() {
    return Optional.empty();
  }

  @Override
  public Optional<Identity> identity() {
    return identity;
  }

  @Override
  public Optional<CompositionAuthority> handlerIdentity() {
    return Optional.empty();
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
    return new HashMap<>();
  }

  @Override
  public ScopedPeerEnv scopedEnv() {
    return ScopedPeerEnv.empty();
  }

  @Override
  public OperationEnv env() {
    throw new UnsupportedOperationException("this context composes nothing");
  }

  @Override
  public AbortPolicy abortPolicy() {
    return AbortPolicy.ABORT_DEPENDENTS;
  }

  @Override
  public Optional<Deadline> deadline() {
    return deadline;
  }

  @Override
  public boolean isInternal() {
    return internal;
  }

  @Override
  public CancellationSignal cancellation() {
    return new CancellationSignal() {
      @Override
      public boolean isCancelled() {
        return cancelled;
      }

      @Override
      public Registration onCancel(Runnable action) {
        if (cancelled) {
          action.run();
        }
        return () -> {};
      }

      @Override
      public void throwIfCancelled() {
        if (cancelled) {
          throw new CancellationException();
        }
      }
    };
  }
}
