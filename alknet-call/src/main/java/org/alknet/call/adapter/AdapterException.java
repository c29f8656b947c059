package org.alknet.call.adapter;

import org.jspecify.annotations.Nullable;

/**
 * Why operations could not be imported (spec/call.md section 19.2). Open: adapters add variants.
 */
public abstract class AdapterException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with a message that holds no secret. */
  protected AdapterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The origin did not tell what it offers, or told more than is taken. */
  public static class DiscoveryFailed extends AdapterException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure. */
    public DiscoveryFailed(String message) {
      super(message, null);
    }
  }

  /** What the origin told has the wrong shape. */
  public static class SchemaParse extends AdapterException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure. */
    public SchemaParse(String message) {
      super(message, null);
    }

    /** Describes the failure and keeps its cause. */
    public SchemaParse(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The origin cannot be reached any more. */
  public static class Transport extends AdapterException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure. */
    public Transport(String message) {
      super(message, null);
    }
  }

  /** The origin does not let us ask. */
  public static class Unauthorized extends AdapterException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure. */
    public Unauthorized(String message) {
      super(message, null);
    }
  }

  /** One origin offers two operations that would get the same name. */
  public static class SamePeerCollision extends AdapterException {
    private static final long serialVersionUID = 1L;

    /** Names the name. */
    public SamePeerCollision(String name) {
      super("imported twice from one peer: " + name, null);
    }
  }
}
