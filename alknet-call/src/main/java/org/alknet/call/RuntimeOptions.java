package org.alknet.call;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.SessionOverlaySource;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.ForwardedForPolicy;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.observe.CoreMetrics;

/**
 * The optional parts that adapters and clients have in common. Not thread-safe.
 *
 * @param <B> the builder itself
 */
abstract class RuntimeOptions<B extends RuntimeOptions<B>> {
  private final CallRuntime.Builder runtime;
  private ShutdownSignal signal = new ShutdownSignal();

  RuntimeOptions(CallRuntime.Builder runtime) {
    this.runtime = runtime;
  }

  abstract B self();

  /** Sets the limits. */
  public B limits(CallLimits limits) {
    runtime.limits(limits);
    return self();
  }

  /** Sets where handlers and subscribers run; the executor stays the caller's to stop. */
  public B executor(Executor executor) {
    runtime.executor(executor);
    return self();
  }

  /** Shares a directory of peers with other adapters and clients of the node. */
  public B peers(PeerDirectory directory) {
    runtime.peers(directory);
    return self();
  }

  /** Sets what is imported from known peers; everything by default. */
  public B importPolicy(ImportPolicy policy) {
    runtime.importPolicy(policy);
    return self();
  }

  /**
   * Routes calls to connections without identity as well, once a request on them has brought the
   * token of a peer; off by default. Only routing follows from a token: the connection itself stays
   * without identity, and so do its requests that bring none.
   *
   * @param isPeer tells the ids of configured peers from those of API keys, which are never
   *     promoted
   */
  public B promoteTokenPeers(Predicate<String> isPeer) {
    runtime.promoteTokenPeers(isPeer);
    return self();
  }

  /** Sets whether forwarded calls name the end user; they do by default. */
  public B forwardedFor(ForwardedForPolicy policy) {
    runtime.forwardedFor(policy);
    return self();
  }

  /** Sets who finds the session a call belongs to; there are none by default. */
  public B sessions(SessionOverlaySource source) {
    runtime.sessions(source);
    return self();
  }

  /** Sets where counters go. */
  public B metrics(CoreMetrics metrics) {
    runtime.metrics(metrics);
    return self();
  }

  /** Sets how outgoing requests use streams; {@link StreamUsage#SHARED} by default. */
  public B streamUsage(StreamUsage usage) {
    runtime.streamUsage(usage);
    return self();
  }

  /**
   * Sets what announces the end of the node: from then on new requests are refused as overload,
   * those in work come to their end, and then every connection is closed with the reason {@code
   * shutdown}. What does not end in time is cancelled by the endpoint, when its drain timeout is
   * over, or by closing.
   */
  public B shutdownSignal(ShutdownSignal value) {
    signal = Objects.requireNonNull(value, "value");
    return self();
  }

  /** Starts the runtime. */
  final CallRuntime start() {
    CallRuntime started = runtime.build();
    Stages.listen(signal.whenTriggered(), (nothing, impossible) -> started.drain());
    return started;
  }
}
