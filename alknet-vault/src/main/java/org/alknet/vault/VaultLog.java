package org.alknet.vault;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** The lifecycle lines of a vault, which hold versions and nothing else. Thread-safe. */
final class VaultLog {
  private final Logger logger;

  VaultLog(Logger logger) {
    this.logger = logger;
  }

  void unlocked() {
    logger.log(Level.INFO, "event=vault_unlocked");
  }

  void locked() {
    logger.log(Level.INFO, "event=vault_locked");
  }

  void lockedWhenIdle() {
    logger.log(Level.INFO, "event=vault_locked cause=idle");
  }

  void rotated(long fromVersion, long toVersion) {
    logger.log(Level.DEBUG, "event=blob_rotated from=" + fromVersion + " to=" + toVersion);
  }
}
