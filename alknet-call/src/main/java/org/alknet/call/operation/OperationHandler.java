package org.alknet.call.operation;

import java.util.Objects;

/** The code behind an operation, by the way it answers. */
public sealed interface OperationHandler {
  /** Returns a short name for messages. */
  String kind();

  /**
   * Answers once.
   *
   * @param handler the code
   */
  record Once(UnaryHandler handler) implements OperationHandler {
    /** Refuses null. */
    public Once {
      Objects.requireNonNull(handler, "handler");
    }

    @Override
    public String kind() {
      return "Once";
    }
  }

  /**
   * Answers with a stream.
   *
   * @param handler the code
   */
  record Stream(StreamingHandler handler) implements OperationHandler {
    /** Refuses null. */
    public Stream {
      Objects.requireNonNull(handler, "handler");
    }

    @Override
    public String kind() {
      return "Stream";
    }
  }

  /** Has no code: the operation is only described (spec/call.md section 19.4). */
  record SchemaOnly() implements OperationHandler {
    @Override
    public String kind() {
      return "SchemaOnly";
    }
  }
}
