package org.alknet.core.identity;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is known here, and by which credential: peers and API keys, with an index built once, so that
 * a lookup costs the same whatever the number of entries (spec/core.md section 8.4). By default
 * nobody is authorised.
 *
 * <p>Takes any entries; {@link #validate()} lists what is wrong with them. An entry whose
 * credential an earlier entry has is unreachable by it, and a disabled peer is unreachable
 * altogether.
 *
 * <p>Immutable.
 */
public final class AuthPolicy {
  /** What every API key starts with. */
  public static final String API_KEY_PREFIX = "alk_";

  /** Only this many leading bytes of a token are compared with the prefixes of API keys. */
  static final int PREFIX_BYTES = 8;

  private static final int[] NONE = {};
  private static final AuthPolicy EMPTY = new AuthPolicy(List.of(), List.of());
  private static final byte[] API_KEY_PREFIX_BYTES =
      API_KEY_PREFIX.getBytes(StandardCharsets.US_ASCII);

  private final List<PeerEntry> peers;
  private final List<ApiKeyEntry> apiKeys;
  private final Map<String, Identity> byFingerprint = new HashMap<>();
  private final Map<String, Identity> byTokenHash = new HashMap<>();

  /** Positions in {@link #apiKeys} by the bytes of the prefix, one byte a character. */
  private final Map<String, int[]> keysByPrefix = new HashMap<>();

  private AuthPolicy(List<PeerEntry> peers, List<ApiKeyEntry> apiKeys) {
    this.peers = List.copyOf(peers);
    this.apiKeys = List.copyOf(apiKeys);
    for (PeerEntry peer : this.peers) {
      if (peer.enabled()) {
        Identity identity = peer.identity();
        peer.fingerprints().forEach(print -> byFingerprint.putIfAbsent(print, identity));
        peer.authTokenHash().ifPresent(hash -> byTokenHash.putIfAbsent(hash, identity));
      }
    }
    for (int i = 0; i < this.apiKeys.size(); i++) {
      byte[] prefix = this.apiKeys.get(i).prefix().getBytes(StandardCharsets.UTF_8);
      keysByPrefix.merge(indexKey(prefix, prefix.length), new int[] {i}, AuthPolicy::append);
    }
  }

  /** Returns the policy under which nobody is authorised. */
  public static AuthPolicy empty() {
    return EMPTY;
  }

  /** Returns a policy with these entries, in this order. */
  public static AuthPolicy of(List<PeerEntry> peers, List<ApiKeyEntry> apiKeys) {
    return new AuthPolicy(peers, apiKeys);
  }

  /** Returns a policy with these peers and no API keys. */
  public static AuthPolicy ofPeers(PeerEntry... peers) {
    return new AuthPolicy(List.of(peers), List.of());
  }

  /** Returns the peers in the order in which they were given. */
  public List<PeerEntry> peers() {
    return peers;
  }

  /** Returns the API keys in the order in which they were given. */
  public List<ApiKeyEntry> apiKeys() {
    return apiKeys;
  }

  /** Finds the first enabled peer with exactly this fingerprint. */
  public Optional<Identity> resolveFingerprint(String fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }

  /** Finds whose token this is: an enabled peer's first, then an API key's that has not expired. */
  public Optional<Identity> resolveToken(AuthToken token, Instant now) {
    Optional<String> hash = TokenHash.of(token);
    if (hash.isEmpty()) {
      return Optional.empty();
    }
    Identity peer = byTokenHash.get(hash.get());
    return peer != null ? Optional.of(peer) : resolveApiKey(token, hash.get(), now);
  }

  /** Finds whose API key this is, without asking the peers. */
  public Optional<Identity> resolveApiKey(AuthToken token, Instant now) {
    return TokenHash.of(token).flatMap(hash -> resolveApiKey(token, hash, now));
  }

  private Optional<Identity> resolveApiKey(AuthToken token, String hash, Instant now) {
    byte[] head = token.revealHead(PREFIX_BYTES);
    try {
      return startsWithApiKeyPrefix(head)
          ? findApiKey(head, hash).filter(key -> !key.isExpiredAt(now)).map(ApiKeyEntry::identity)
          : Optional.empty();
    } finally {
      Arrays.fill(head, (byte) 0);
    }
  }

  /**
   * Looks at every entry whose prefix the token has: keys may share one, and the hash decides. All
   * of them are compared, so the time taken does not say which one came close.
   */
  private Optional<ApiKeyEntry> findApiKey(byte[] head, String hash) {
    int found = Integer.MAX_VALUE;
    for (int length = 1; length <= head.length; length++) {
      for (int i : keysByPrefix.getOrDefault(indexKey(head, length), NONE)) {
        if (TokenHash.sameHash(apiKeys.get(i).hash(), hash)) {
          found = Math.min(found, i);
        }
      }
    }
    return found == Integer.MAX_VALUE ? Optional.empty() : Optional.of(apiKeys.get(found));
  }

  /**
   * Lists everything that is wrong with the entries (spec/core.md section 8.7); empty if they are
   * fit for use. Runs on every load and reload.
   */
  public List<PolicyProblem> validate() {
    return new PolicyCheck(this).problems();
  }

  /** Returns the ids that more than one peer has, each once, in the order of the peers. */
  public List<String> duplicatePeerIds() {
    Set<String> seen = new HashSet<>();
    return peers.stream().map(PeerEntry::peerId).filter(id -> !seen.add(id)).distinct().toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuthPolicy policy
        && peers.equals(policy.peers)
        && apiKeys.equals(policy.apiKeys);
  }

  @Override
  public int hashCode() {
    return 31 * peers.hashCode() + apiKeys.hashCode();
  }

  /** Says how many entries there are. */
  @Override
  public String toString() {
    return "AuthPolicy[" + peers.size() + " peers, " + apiKeys.size() + " API keys]";
  }

  private static boolean startsWithApiKeyPrefix(byte[] head) {
    int length = API_KEY_PREFIX_BYTES.length;
    return head.length >= length && Arrays.equals(head, 0, length, API_KEY_PREFIX_BYTES, 0, length);
  }

  private static String indexKey(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static int[] append(int[] positions, int[] one) {
    int[] longer = Arrays.copyOf(positions, positions.length + 1);
    longer[positions.length] = one[0];
    return longer;
  }
}
