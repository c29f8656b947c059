package org.alknet.http.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/** A service asked not to be called yet, for longer than this request can wait. */
public final class RetryLaterException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  RetryLaterException(Duration retryAfter) {
    super("the service asked to be left alone for another " + retryAfter.toSeconds() + " s");
    this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
  }

  /** Returns how long it wants to be left alone. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
