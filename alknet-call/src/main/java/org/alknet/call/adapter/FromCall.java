package org.alknet.call.adapter;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;

/**
 * The operations of a peer, to be composed here (spec/call.md section 19.3). What is imported runs
 * the peer's code: reach decides which handlers can use it, not what it does.
 *
 * <p>Known peers are imported automatically when they connect; this is for everything else, such as
 * a choice of operations or a prefix. Thread-safe.
 */
public final class FromCall implements OperationAdapter {
  private final CallConnection connection;
  private final FromCallConfig config;
  private final LongSupplier ticker;

  /** Imports over a connection, which stays the caller's. */
  public FromCall(CallConnection connection, FromCallConfig config) {
    this(connection, config, System::nanoTime);
  }

  /**
   * Imports over a connection, on a clock of the caller's.
   *
   * @param ticker monotonic nanoseconds
   */
  public FromCall(CallConnection connection, FromCallConfig config, LongSupplier ticker) {
    this.connection = Objects.requireNonNull(connection, "connection");
    this.config = Objects.requireNonNull(config, "config");
    this.ticker = Objects.requireNonNull(ticker, "ticker");
  }

  /** Asks the peer once, registers nothing. */
  public static CompletionStage<List<HandlerRegistration>> importFrom(
      CallConnection connection, FromCallConfig config) {
    return new FromCall(connection, config).importOperations();
  }

  @Override
  public CompletionStage<List<HandlerRegistration>> importOperations() {
    return new Discovery(connection, config, ticker)
        .start()
        .thenApply(found -> found.stream().map(this::registration).toList());
  }

  /**
   * Asks the peer again and replaces everything that was imported over the connection, at once; if
   * asking fails, nothing changes.
   *
   * @return how many operations the peer offers; fails with an {@link AdapterException}
   */
  public CompletionStage<Integer> refresh() {
    return importOperations()
        .thenApply(
            registrations -> {
              connection.replaceImported(registrations);
              return registrations.size();
            });
  }

  private HandlerRegistration registration(Discovery.Found found) {
    OperationSpec spec = found.spec();
    String remoteName = found.remoteName();
    OperationHandler handler =
        spec.opType() == OperationType.SUBSCRIPTION
            ? new OperationHandler.Stream(
                (input, ctx) -> connection.forwardStream(CallRequest.of(remoteName, input), ctx))
            : new OperationHandler.Once(
                (input, ctx) -> connection.forward(CallRequest.of(remoteName, input), ctx));
    return HandlerRegistration.of(spec, handler, OperationProvenance.FROM_CALL);
  }
}
