package org.alknet.call.connection;

import java.time.Duration;
import java.util.Objects;

/**
 * Every bound the call protocol keeps (spec/call.md section 13 and G-17 to G-22).
 *
 * <p>Immutable.
 *
 * @param inboundTimeout longest run of a unary call from the wire, its whole tree included
 * @param outgoingTimeout how long an outgoing call waits unless it states a limit of its own
 * @param maxInbound requests of one connection in work at the same time
 * @param maxOutgoing requests waiting for the peer of one connection
 * @param maxTreeNodes calls in work on this node, composed ones included
 * @param maxDepth composed calls below one another
 * @param maxFrameBytesAnonymous longest frame from a peer without identity, up to 64 MiB
 * @param readBudgetBytes bytes of large frames one connection may hold at the same time
 * @param processReadBudgetBytes the same for all connections together
 * @param subscriptionBuffer elements held for a slow subscriber before its stream is not read on
 * @param batchConcurrency requests of one batch on their way at the same time
 * @param idleStream how long a stream stays open on which nothing happens and nothing is owed
 */
public record CallLimits(
    Duration inboundTimeout,
    Duration outgoingTimeout,
    int maxInbound,
    int maxOutgoing,
    int maxTreeNodes,
    int maxDepth,
    int maxFrameBytesAnonymous,
    long readBudgetBytes,
    long processReadBudgetBytes,
    int subscriptionBuffer,
    int batchConcurrency,
    Duration idleStream) {
  /** Longest frame there is: 64 MiB. */
  public static final int MAX_FRAME_BYTES = 67_108_864;

  private static final CallLimits DEFAULTS =
      new CallLimits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          256,
          1024,
          10_000,
          32,
          16 << 20,
          128L << 20,
          Math.max(1L << 20, Runtime.getRuntime().maxMemory() / 4),
          32,
          64,
          Duration.ofSeconds(60));

  /** Checks that every bound is a bound. */
  public CallLimits {
    positive("inboundTimeout", inboundTimeout);
    positive("outgoingTimeout", outgoingTimeout);
    positive("maxInbound", maxInbound);
    positive("maxOutgoing", maxOutgoing);
    positive("maxTreeNodes", maxTreeNodes);
    positive("maxDepth", maxDepth);
    positive("maxFrameBytesAnonymous", maxFrameBytesAnonymous);
    if (maxFrameBytesAnonymous > MAX_FRAME_BYTES) {
      throw new IllegalArgumentException("maxFrameBytesAnonymous is at most " + MAX_FRAME_BYTES);
    }
    positive("readBudgetBytes", readBudgetBytes);
    positive("processReadBudgetBytes", processReadBudgetBytes);
    positive("subscriptionBuffer", subscriptionBuffer);
    positive("batchConcurrency", batchConcurrency);
    positive("idleStream", idleStream);
  }

  /** Returns the limits a node has unless it is told otherwise. */
  public static CallLimits defaults() {
    return DEFAULTS;
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is at least 1, not " + value);
    }
  }

  private static void positive(String name, Duration value) {
    if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is longer than nothing, not " + value);
    }
  }

  /** Starts a builder with these limits. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes some limits. Not thread-safe. */
  public static final class Builder {
    private Duration inboundTimeout;
    private Duration outgoingTimeout;
    private int maxInbound;
    private int maxOutgoing;
    private int maxTreeNodes;
    private int maxDepth;
    private int maxFrameBytesAnonymous;
    private long readBudgetBytes;
    private long processReadBudgetBytes;
    private int subscriptionBuffer;
    private int batchConcurrency;
    private Duration idleStream;

    private Builder(CallLimits from) {
      this.inboundTimeout = from.inboundTimeout;
      this.outgoingTimeout = from.outgoingTimeout;
      this.maxInbound = from.maxInbound;
      this.maxOutgoing = from.maxOutgoing;
      this.maxTreeNodes = from.maxTreeNodes;
      this.maxDepth = from.maxDepth;
      this.maxFrameBytesAnonymous = from.maxFrameBytesAnonymous;
      this.readBudgetBytes = from.readBudgetBytes;
      this.processReadBudgetBytes = from.processReadBudgetBytes;
      this.subscriptionBuffer = from.subscriptionBuffer;
      this.batchConcurrency = from.batchConcurrency;
      this.idleStream = from.idleStream;
    }

    /** Sets how long a unary call from the wire may run. */
    public Builder inboundTimeout(Duration value) {
      this.inboundTimeout = value;
      return this;
    }

    /** Sets how long an outgoing call waits. */
    public Builder outgoingTimeout(Duration value) {
      this.outgoingTimeout = value;
      return this;
    }

    /** Sets how many requests of one connection are in work at the same time. */
    public Builder maxInbound(int value) {
      this.maxInbound = value;
      return this;
    }

    /** Sets how many requests wait for the peer of one connection. */
    public Builder maxOutgoing(int value) {
      this.maxOutgoing = value;
      return this;
    }

    /** Sets how many calls are in work on this node. */
    public Builder maxTreeNodes(int value) {
      this.maxTreeNodes = value;
      return this;
    }

    /** Sets how deep composed calls nest. */
    public Builder maxDepth(int value) {
      this.maxDepth = value;
      return this;
    }

    /** Sets the longest frame from a peer without identity. */
    public Builder maxFrameBytesAnonymous(int value) {
      this.maxFrameBytesAnonymous = value;
      return this;
    }

    /** Sets how many bytes of large frames one connection may hold. */
    public Builder readBudgetBytes(long value) {
      this.readBudgetBytes = value;
      return this;
    }

    /** Sets how many bytes of large frames all connections may hold. */
    public Builder processReadBudgetBytes(long value) {
      this.processReadBudgetBytes = value;
      return this;
    }

    /** Sets how many elements are held for a slow subscriber. */
    public Builder subscriptionBuffer(int value) {
      this.subscriptionBuffer = value;
      return this;
    }

    /** Sets how many requests of one batch are on their way. */
    public Builder batchConcurrency(int value) {
      this.batchConcurrency = value;
      return this;
    }

    /** Sets how long an idle stream stays open. */
    public Builder idleStream(Duration value) {
      this.idleStream = value;
      return this;
    }

    /** Returns the limits. */
    public CallLimits build() {
      return new CallLimits(
          inboundTimeout,
          outgoingTimeout,
          maxInbound,
          maxOutgoing,
          maxTreeNodes,
          maxDepth,
          maxFrameBytesAnonymous,
          readBudgetBytes,
          processReadBudgetBytes,
          subscriptionBuffer,
          batchConcurrency,
          idleStream);
    }
  }
}
