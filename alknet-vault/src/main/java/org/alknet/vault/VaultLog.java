package org.alknet.vault;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The lifecycle lines of a vault, which hold versions and nothing else.
 *
 * <p>Written after the fact, so a logger that throws is ignored: it must not make {@code lock}
 * fail, nor lose the phrase of a vault that was just unlocked with a new one. Thread-safe.
 */
final class VaultLog {
  private final Logger logger;

  VaultLog(Logger logger) {
    this.logger = logger;
  }

  void unlocked() {
    log(Level.INFO, "event=vault_unlocked");
  }

  void locked() {
    log(Level.INFO, "event=vault_locked");
  }

  void lockedWhenIdle() {
    log(Level.INFO, "event=vault_locked cause=idle");
  }

  void rotated(long fromVersion, long toVersion) {
    log(Level.DEBUG, "event=blob_rotated from=" + fromVersion + " to=" + toVersion);
  }

  private void log(Level level, String line) {
    try {
      logger.log(level, line);
    } catch (RuntimeException e) {
      // There is no other place to report it to.
    }
  }
}
