package org.alknet.canary;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Secrets of tests that must never be seen: a test that handles one registers it, and {@link
 * CanaryListener} fails the run in which any of them shows up on stdout, on stderr or in a log, as
 * it is, in hex or in Base64.
 *
 * <p>Thread-safe. At most {@value #MAX_CANARIES}; a further one is refused.
 */
public final class Canaries {
  /** How many secrets a run may register. */
  public static final int MAX_CANARIES = 1_000;

  /** Shorter ones would be found where they are not. */
  public static final int MIN_BYTES = 8;

  private static final Map<String, String> FORMS = new LinkedHashMap<>();
  private static final ReentrantLock LOCK = new ReentrantLock();

  private Canaries() {}

  /**
   * Registers a text.
   *
   * @param name says which it was, should it be found; no part of the secret
   * @return the secret
   */
  public static String register(String name, String secret) {
    remember(name, secret.getBytes(StandardCharsets.UTF_8), List.of(secret));
    return secret;
  }

  /**
   * Registers bytes.
   *
   * @param name says which they were, should they be found; no part of the secret
   * @return the secret
   */
  public static byte[] register(String name, byte[] secret) {
    remember(name, secret, List.of());
    return secret;
  }

  /** Returns the names of the secrets that a text contains, for tests that look elsewhere. */
  public static List<String> namesIn(String text) {
    LOCK.lock();
    try {
      return FORMS.entrySet().stream()
          .filter(form -> text.contains(form.getKey()))
          .map(Map.Entry::getValue)
          .distinct()
          .toList();
    } finally {
      LOCK.unlock();
    }
  }

  private static void remember(String name, byte[] secret, List<String> clear) {
    if (secret.length < MIN_BYTES) {
      throw new IllegalArgumentException("a canary has at least " + MIN_BYTES + " bytes");
    }
    String base64 = Base64.getEncoder().withoutPadding().encodeToString(secret);
    LOCK.lock();
    try {
      if (FORMS.size() >= 5 * MAX_CANARIES) {
        throw new IllegalStateException("more than " + MAX_CANARIES + " canaries");
      }
      clear.forEach(form -> FORMS.put(form, name));
      FORMS.put(HexFormat.of().formatHex(secret), name);
      FORMS.put(HexFormat.of().withUpperCase().formatHex(secret), name);
      FORMS.put(base64, name);
      FORMS.put(base64.replace('+', '-').replace('/', '_'), name);
    } finally {
      LOCK.unlock();
    }
  }
}
