package org.alknet.core.credential;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a store could not do what it was asked. Open: adapters may add variants. */
public class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with a message that holds no secret. */
  protected StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The storage failed, or refused the change because it violates a constraint. */
  public static class Backend extends StoreException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure. */
    public Backend(String message) {
      this(message, null);
    }

    /** Describes the failure and keeps its cause. */
    public Backend(String message, @Nullable Throwable cause) {
      super("backend error: " + Objects.requireNonNull(message, "message"), cause);
    }
  }

  /** The named entry does not exist. */
  public static class NotFound extends StoreException {
    private static final long serialVersionUID = 1L;

    /** Names what is missing. */
    public NotFound(String entity) {
      super("not found: " + Objects.requireNonNull(entity, "entity"), null);
    }
  }

  /** Stored data could not be read or written in its format. */
  public static class Serialization extends StoreException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure and keeps its cause. */
    public Serialization(String message, @Nullable Throwable cause) {
      super("serialization error: " + Objects.requireNonNull(message, "message"), cause);
    }
  }
}
