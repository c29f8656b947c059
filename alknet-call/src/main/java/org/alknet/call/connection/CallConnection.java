package org.alknet.call.connection;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;

/**
 * A connection on which both sides call each other, whoever dialled (spec/call.md section 16).
 *
 * <p>Outcomes of calls are data: stages complete normally with an error inside. Stages and
 * subscribers are served on the handler executor, never on a transport thread.
 *
 * <p>Thread-safe.
 */
public interface CallConnection extends AutoCloseable {
  /**
   * Calls an operation of the peer.
   *
   * @param operation with or without its leading slash
   * @return the answer; cancelling the stage aborts the call at the peer
   */
  CompletionStage<ResponseEnvelope> call(String operation, JsonNode input);

  /** Calls an operation of the peer with settings of its own. */
  CompletionStage<ResponseEnvelope> call(CallRequest request);

  /**
   * Subscribes to an operation of the peer. The request is sent when somebody subscribes, which can
   * happen once.
   *
   * <p>A failure is a last element with an error, followed by {@code onComplete}; {@code onError}
   * comes only for a second subscriber or a broken one. While a subscriber asks for nothing, its
   * stream is not read and the peer has to wait. Cancelling aborts the subscription at the peer.
   */
  Flow.Publisher<ResponseEnvelope> subscribe(String operation, JsonNode input);

  /** Subscribes to an operation of the peer with settings of its own. */
  Flow.Publisher<ResponseEnvelope> subscribe(CallRequest request);

  /**
   * Calls an operation of the peer for a call in work here. The request names the end user of that
   * call, states what is left of its deadline, and is aborted with it.
   *
   * @param ctx the context of the handler that calls
   * @return the answer; cancelling the stage aborts the call at the peer
   * @throws IllegalArgumentException if the context was not made by the dispatcher
   */
  CompletionStage<ResponseEnvelope> forward(CallRequest request, OperationContext ctx);

  /**
   * Subscribes to an operation of the peer for a call in work here, as {@link #forward} calls and
   * {@link #subscribe} subscribes: the way to offer a peer's subscription to others.
   *
   * @param ctx the context of the handler that subscribes
   * @throws IllegalArgumentException if the context was not made by the dispatcher
   */
  Flow.Publisher<ResponseEnvelope> forwardStream(CallRequest request, OperationContext ctx);

  /**
   * Aborts an outgoing request: its caller sees {@code request cancelled}, and the peer is told as
   * soon as there is a stream for it. Does nothing if there is no such request.
   *
   * @return completes when the request has its outcome
   */
  CompletionStage<Void> abort(String requestId);

  /**
   * Sends several requests, a bounded number at the same time. They share nothing, not even
   * failure.
   *
   * @return the answers in the order of the requests
   */
  CompletionStage<List<ResponseEnvelope>> batch(List<CallRequest> requests);

  /**
   * Asks the peer what it offers us.
   *
   * @return its operations by name; fails with {@link CallFailedException} if it does not tell
   */
  CompletionStage<List<OperationSummary>> servicesList();

  /**
   * Asks the peer for the description of one of its operations.
   *
   * @return fails with {@link CallFailedException} if the peer does not tell
   */
  CompletionStage<OperationSpec> servicesSchema(String name);

  /** Returns who the peer is, if its key is known. */
  Optional<Identity> identity();

  /**
   * Returns the peer's logical id: that of its key, or the one of its token if the node promotes
   * peers by their tokens, which {@link #identity()} does not show.
   */
  Optional<String> peerId();

  /**
   * Makes an operation of the peer available to composition, replacing one of the same name.
   *
   * @throws IllegalArgumentException if its provenance is not that of a leaf
   */
  void registerImported(HandlerRegistration registration);

  /** Makes several operations of the peer available to composition. */
  void registerImportedAll(List<HandlerRegistration> registrations);

  /** Replaces all operations of the peer at once. */
  void replaceImported(List<HandlerRegistration> registrations);

  /** Returns the imported operations as an environment. */
  OperationEnv overlayEnv();

  /** Returns a stage that completes, always normally, when the connection has ended. */
  CompletionStage<Void> closed();

  /** Closes the connection; everything under way fails with {@code connection closed}. */
  @Override
  void close();
}
