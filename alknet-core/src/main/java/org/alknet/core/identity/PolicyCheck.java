package org.alknet.core.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The strict checks of a policy (spec/core.md section 8.7): collects every problem instead of
 * stopping at the first. Messages name positions and ids, never hashes.
 *
 * <p>Not thread-safe; used once.
 */
final class PolicyCheck {
  private static final int MAX_ID_CHARACTERS = 255;
  private static final int MIN_PREFIX_CHARACTERS = 5;
  private static final int MAX_PREFIX_CHARACTERS = 8;

  /** The node's own name in peer listings. */
  private static final String LOCAL_ID = "local";

  private final List<PolicyProblem> problems = new ArrayList<>();
  private final Map<String, String> idOwners = new HashMap<>();
  private final Map<String, String> fingerprintOwners = new HashMap<>();
  private final Map<String, String> hashOwners = new HashMap<>();

  PolicyCheck(AuthPolicy policy) {
    for (int i = 0; i < policy.peers().size(); i++) {
      checkPeer("auth.peers[" + i + "]", policy.peers().get(i));
    }
    for (int i = 0; i < policy.apiKeys().size(); i++) {
      checkApiKey("auth.api_keys[" + i + "]", policy.apiKeys().get(i));
    }
  }

  List<PolicyProblem> problems() {
    return List.copyOf(problems);
  }

  private void checkPeer(String at, PeerEntry peer) {
    checkPeerId(at + ".peer_id", peer.peerId());
    for (int i = 0; i < peer.fingerprints().size(); i++) {
      checkFingerprint(at, at + ".fingerprints[" + i + "]", peer.fingerprints().get(i));
    }
    peer.authTokenHash().ifPresent(hash -> checkHash(at, at + ".auth_token_hash", hash));
  }

  private void checkPeerId(String at, String id) {
    if (id.isBlank()) {
      report(at, "a peer_id is not blank");
      return;
    }
    if (id.length() > MAX_ID_CHARACTERS) {
      report(at, "a peer_id has at most 255 characters, this one has " + id.length());
      return;
    }
    if (id.chars().anyMatch(Character::isISOControl)) {
      report(at, "a peer_id holds no control characters");
      return;
    }
    if (id.equals(LOCAL_ID)) {
      report(at, "the peer_id \"local\" names the node itself");
    }
    String owner = idOwners.putIfAbsent(id, at);
    if (owner != null) {
      report(at, "duplicate peer_id: " + id + " (first at " + owner + ")");
    }
  }

  private void checkFingerprint(String entry, String at, String fingerprint) {
    if (!Fingerprints.isWellFormed(fingerprint)) {
      report(at, "a fingerprint is ed25519: or SHA256: and 64 hex digits");
      return;
    }
    String owner = fingerprintOwners.putIfAbsent(fingerprint, entry);
    if (owner != null) {
      report(at, claimed("fingerprint", owner, entry));
    }
  }

  private void checkHash(String entry, String at, String hash) {
    if (!TokenHash.isWellFormed(hash)) {
      report(at, "a token hash is sha256: and 64 lowercase hex digits");
      return;
    }
    String owner = hashOwners.putIfAbsent(hash, entry);
    if (owner != null) {
      report(at, claimed("token hash", owner, entry));
    }
  }

  private void checkApiKey(String at, ApiKeyEntry key) {
    checkPrefix(at + ".prefix", key.prefix());
    checkHash(at, at + ".hash", key.hash());
    if (key.expiresAt().isPresent() && key.expiresAt().getAsLong() < 0) {
      report(at + ".expires_at", "an expiry is not negative");
    }
  }

  private void checkPrefix(String at, String prefix) {
    int length = prefix.length();
    if (!prefix.startsWith(AuthPolicy.API_KEY_PREFIX)
        || length < MIN_PREFIX_CHARACTERS
        || length > MAX_PREFIX_CHARACTERS
        || !prefix.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      report(at, "a prefix is alk_ and 1 to 4 printable ASCII characters");
      return;
    }
    String peer = idOwners.get(prefix);
    if (peer != null) {
      report(at, "the prefix " + prefix + " is also the id at " + peer);
    }
  }

  private void report(String at, String message) {
    problems.add(new PolicyProblem(at, message));
  }

  private static String claimed(String what, String owner, String entry) {
    return owner.equals(entry)
        ? "this " + what + " is listed twice"
        : "this " + what + " is claimed by " + owner + " as well";
  }
}
