package org.alknet.vault.internal;

import java.security.SecureRandom;

/**
 * Where entropy, nonces and salts come from. Tests script it; everything else uses {@link #system}.
 *
 * <p>Implementations are thread-safe.
 */
@FunctionalInterface
public interface RandomSource {
  /** Fills the whole array. */
  void fill(byte[] target);

  /** The operating system's generator; never blocks on start-up and is never seeded by us. */
  static RandomSource system() {
    return Shared.RANDOM::nextBytes;
  }

  /** Created on first use, one for the whole module. */
  final class Shared {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Shared() {}
  }
}
