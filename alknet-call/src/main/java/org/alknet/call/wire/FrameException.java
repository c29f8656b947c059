package org.alknet.call.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a frame could not be read or written (spec/call.md section 3.1). */
public final class FrameException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The stream ended, at a frame boundary or in the middle of a frame. */
    CONNECTION_CLOSED,
    /** The length is 0 or above the maximum. */
    INVALID_FRAME,
    /** The body is no envelope, or a value cannot be one. */
    JSON,
    /** The stream failed in another way. */
    IO,
    /** Reading on would hold more bytes than the budget allows. */
    OVER_BUDGET
  }

  private final Kind kind;
  private final boolean offence;

  private FrameException(Kind kind, boolean offence, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.offence = offence;
  }

  /** The stream ended between two frames. */
  static FrameException end() {
    return new FrameException(Kind.CONNECTION_CLOSED, false, "end of stream", null);
  }

  /** The stream ended within a frame. */
  static FrameException cutOff() {
    return new FrameException(
        Kind.CONNECTION_CLOSED, true, "the stream ended within a frame", null);
  }

  /** The length of a frame is out of range. */
  static FrameException length(long length, long maximum) {
    return new FrameException(
        Kind.INVALID_FRAME, true, "a frame has 1 to " + maximum + " bytes, not " + length, null);
  }

  /** The body is no envelope. The message never repeats what was read. */
  static FrameException json(String message) {
    return new FrameException(Kind.JSON, true, message, null);
  }

  /** The stream failed. */
  static FrameException io(Throwable cause) {
    return new FrameException(Kind.IO, false, "reading failed", cause);
  }

  /** The budget is used up. */
  static FrameException overBudget() {
    return new FrameException(Kind.OVER_BUDGET, false, "the read budget is used up", null);
  }

  /** Returns what went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Whether the peer broke the rules (spec/call.md section 22.1). */
  public boolean isOffence() {
    return offence;
  }
}
