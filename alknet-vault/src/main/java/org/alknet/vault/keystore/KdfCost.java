package org.alknet.vault.keystore;

/**
 * How much work Argon2id (RFC 9106) spends on one password.
 *
 * <p>The limits hold for reading as well: a file cannot make its reader spend more. Immutable.
 *
 * @param memoryKib memory in KiB, 8192 … 1048576 (8 MiB to 1 GiB), taken from the Java heap
 * @param iterations passes over the memory, 1 … 16
 * @param parallelism lanes, 1 … 16
 */
public record KdfCost(int memoryKib, int iterations, int parallelism) {
  static final int MIN_MEMORY_KIB = 8 * 1024;
  static final int MAX_MEMORY_KIB = 1024 * 1024;
  static final int MAX_ITERATIONS = 16;
  static final int MAX_PARALLELISM = 16;

  /** Checks the ranges. */
  public KdfCost {
    requireRange("memoryKib", memoryKib, MIN_MEMORY_KIB, MAX_MEMORY_KIB);
    requireRange("iterations", iterations, 1, MAX_ITERATIONS);
    requireRange("parallelism", parallelism, 1, MAX_PARALLELISM);
  }

  /** 64 MiB, 3 passes, 4 lanes: the second recommended option of RFC 9106 §4. */
  public static KdfCost recommended() {
    return new KdfCost(64 * 1024, 3, 4);
  }

  private static void requireRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + " is " + min + " to " + max + ", got " + value);
    }
  }
}
