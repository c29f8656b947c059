package org.alknet.core.identity;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Makes API keys: {@code alk_} and 43 base64url characters of 32 random bytes, of which the first
 * four are the public prefix, so that over 230 bits stay secret (spec/core.md section 8.6).
 */
public final class ApiKeys {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int RANDOM_BYTES = 32;
  private static final int MAX_ATTEMPTS = 1_000;

  private ApiKeys() {}

  /**
   * Makes a key whose prefix is no id in the policy yet. Its entry grants nothing; add scopes with
   * {@link ApiKeyEntry#toBuilder()} before storing it.
   *
   * @return the token, which is shown once and then destroyed, and its entry
   */
  public static Generated generate(AuthPolicy policy) {
    return generate(policy, RANDOM);
  }

  static Generated generate(AuthPolicy policy, RandomGenerator random) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<Generated> key = tryGenerate(policy, random);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new IllegalStateException("found no free API key prefix in 1000 attempts");
  }

  private static Optional<Generated> tryGenerate(AuthPolicy policy, RandomGenerator random) {
    byte[] secret = new byte[RANDOM_BYTES];
    random.nextBytes(secret);
    byte[] encoded = Base64.getUrlEncoder().withoutPadding().encode(secret);
    byte[] token =
        Arrays.copyOf(prefixBytes(), AuthPolicy.API_KEY_PREFIX.length() + encoded.length);
    System.arraycopy(encoded, 0, token, AuthPolicy.API_KEY_PREFIX.length(), encoded.length);
    try {
      String prefix = new String(token, 0, AuthPolicy.PREFIX_BYTES, StandardCharsets.US_ASCII);
      if (isTaken(prefix, policy)) {
        return Optional.empty();
      }
      return TokenHash.ofBytes(token)
          .map(
              hash ->
                  new Generated(AuthToken.of(token), ApiKeyEntry.builder(prefix, hash).build()));
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(encoded, (byte) 0);
      Arrays.fill(token, (byte) 0);
    }
  }

  private static byte[] prefixBytes() {
    return AuthPolicy.API_KEY_PREFIX.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isTaken(String prefix, AuthPolicy policy) {
    return policy.apiKeys().stream().anyMatch(key -> key.prefix().equals(prefix))
        || policy.peers().stream().anyMatch(peer -> peer.peerId().equals(prefix));
  }

  /**
   * A new key. Prints no part of the token but its prefix.
   *
   * <p>Thread-safe. Owns the token until {@link #close()}.
   */
  public static final class Generated implements AutoCloseable {
    private final AuthToken token;
    private final ApiKeyEntry entry;

    private Generated(AuthToken token, ApiKeyEntry entry) {
      this.token = token;
      this.entry = entry;
    }

    /** Returns the clear token, ASCII; gone after {@link #close()}. */
    public AuthToken token() {
      return token;
    }

    /** Returns what a policy keeps of it. */
    public ApiKeyEntry entry() {
      return entry;
    }

    /** Wipes the token. */
    @Override
    public void close() {
      token.destroy();
    }

    @Override
    public String toString() {
      return "ApiKeys.Generated[prefix=" + entry.prefix() + "]";
    }
  }
}
