package org.alknet.vault;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A logging backend that is broken. */
final class FailingLogger implements System.Logger {
  @Override
  public String getName() {
    return "failing";
  }

  @Override
  public boolean isLoggable(Level level) {
    return true;
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String message,
      @Nullable Throwable thrown) {
    throw new IllegalStateException("no space left for logs");
  }

  @Override
  public void log(
      Level level,
      @Nullable ResourceBundle bundle,
      @Nullable String format,
      @Nullable Object @Nullable ... parameters) {
    throw new IllegalStateException("no space left for logs");
  }
}
