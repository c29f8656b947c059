package org.alknet.call.wire;

/** The five event types (spec/call.md section 3.3). Others may appear and are ignored. */
public final class EventTypes {
  /** Starts a call or a subscription. */
  public static final String REQUESTED = "call.requested";

  /** Carries one value. */
  public static final String RESPONDED = "call.responded";

  /** Ends a subscription naturally. */
  public static final String COMPLETED = "call.completed";

  /** Cancels. */
  public static final String ABORTED = "call.aborted";

  /** Ends a request with a failure. */
  public static final String ERROR = "call.error";

  private EventTypes() {}
}
