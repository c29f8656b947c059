package org.alknet.cli.assembly;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a node, or a file of its data directory, cannot be used. Messages hold no secret. */
public final class NodeException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble it is; each has an exit code of the tool (spec/cli.md section 12). */
  public enum Kind {
    /** A setting or a file that holds settings is wrong. */
    CONFIGURATION,
    /** The address is taken, or the data directory belongs to another running node. */
    CANNOT_START,
    /** A file could not be read or written. */
    STORE,
    /** The vault cannot be opened, or does not hold what is expected. */
    VAULT,
    /** A named file does not exist. */
    MISSING,
    /** Going on would be unsafe: permissions, an unusable key, something to be overwritten. */
    UNSAFE
  }

  private final Kind kind;
  private final transient List<String> advice;

  /**
   * Describes the trouble.
   *
   * @param message what failed and why
   * @param advice what to do about it, one line each; may be empty
   */
  public NodeException(Kind kind, String message, @Nullable Throwable cause, List<String> advice) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
    this.advice = List.copyOf(advice);
  }

  NodeException(Kind kind, String message, String... advice) {
    this(kind, message, null, List.of(advice));
  }

  /** Returns the kind. */
  public Kind kind() {
    return kind;
  }

  /** Returns what to do about it, one line each. */
  public List<String> advice() {
    return advice;
  }
}
