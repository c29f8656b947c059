package org.alknet.cli.context;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that ends without success, in the three parts of spec/cli.md section 13: what failed
 * and why, and what to do about it.
 */
public final class CliException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exit;
  private final @Nullable String code;
  private final transient List<String> advice;
  private final @Nullable String detailsJson;

  private CliException(
      int exit,
      @Nullable String code,
      String message,
      List<String> advice,
      @Nullable String detailsJson,
      @Nullable Throwable cause) {
    super(message, cause);
    this.exit = exit;
    this.code = code;
    this.advice = List.copyOf(advice);
    this.detailsJson = detailsJson;
  }

  /**
   * Returns a failure.
   *
   * @param exit one of {@link ExitCodes}
   * @param message what failed and why; escaped when it is shown
   * @param advice what to do, a line each
   */
  public static CliException of(int exit, String message, String... advice) {
    return new CliException(exit, null, message, List.of(advice), null, null);
  }

  /** Returns the end of a command that was told to stop, about which there is nothing to say. */
  public static CliException stopped(int exit) {
    return new CliException(exit, null, "", List.of(), null, null);
  }

  /** Returns this failure with other advice. */
  public CliException withAdvice(List<String> lines) {
    return new CliException(exit, code, message(), lines, detailsJson, getCause());
  }

  /** Returns this failure with its cause, which {@code -vv} shows. */
  public CliException withCause(Throwable cause) {
    return new CliException(exit, code, message(), advice, detailsJson, cause);
  }

  /**
   * Returns this failure as a remote's answer.
   *
   * @param remoteCode the code on the wire
   * @param details JSON text, if the remote gave details
   */
  public CliException withRemoteError(String remoteCode, Optional<String> details) {
    return new CliException(exit, remoteCode, message(), advice, details.orElse(null), getCause());
  }

  /** Returns the exit code. */
  public int exit() {
    return exit;
  }

  /** Returns the remote's code, else the name of the exit code. */
  public String code() {
    return code == null ? ExitCodes.row(exit).name() : code;
  }

  /** Returns what failed and why; empty if there is nothing to say. */
  public String message() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** Returns what to do, a line each. */
  public List<String> advice() {
    return advice;
  }

  /** Returns the remote's details as JSON text. */
  public Optional<String> detailsJson() {
    return Optional.ofNullable(detailsJson);
  }
}
