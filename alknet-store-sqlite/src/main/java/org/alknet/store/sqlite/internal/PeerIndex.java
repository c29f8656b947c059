package org.alknet.store.sqlite.internal;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;

/**
 * The peers of one generation. Credentials lead to enabled peers only, and a credential that two
 * rows claim leads to nobody.
 *
 * <p>Immutable.
 */
public final class PeerIndex {
  /** Nobody. */
  public static final PeerIndex EMPTY = new PeerIndex(List.of());

  private final TreeMap<String, PeerEntry> byPeerId = new TreeMap<>();
  private final Map<String, Identity> byFingerprint = new HashMap<>();
  private final Map<String, Identity> byTokenHash = new HashMap<>();
  private final Set<String> contested = new TreeSet<>();

  /** Indexes these peers; their ids are unique, because they are the key of the table. */
  public PeerIndex(Collection<PeerEntry> peers) {
    Map<String, String> owners = new HashMap<>();
    Set<String> claimedTwice = new HashSet<>();
    for (PeerEntry peer : peers) {
      byPeerId.put(peer.peerId(), peer);
      Identity identity = peer.identity();
      for (String fingerprint : peer.fingerprints()) {
        claim(fingerprint, peer, owners, claimedTwice);
        if (peer.enabled()) {
          byFingerprint.put(fingerprint, identity);
        }
      }
      peer.authTokenHash()
          .ifPresent(
              hash -> {
                claim(hash, peer, owners, claimedTwice);
                if (peer.enabled()) {
                  byTokenHash.put(hash, identity);
                }
              });
    }
    claimedTwice.forEach(byFingerprint::remove);
    claimedTwice.forEach(byTokenHash::remove);
  }

  /** Finds the enabled peer with exactly this fingerprint. */
  public Optional<Identity> byFingerprint(String fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }

  /** Finds the enabled peer whose token this is. */
  public Optional<Identity> byToken(AuthToken token) {
    Optional<String> hash = TokenHash.of(token);
    return hash.isEmpty() ? Optional.empty() : Optional.ofNullable(byTokenHash.get(hash.get()));
  }

  /** Finds a peer, enabled or not. */
  public Optional<PeerEntry> peer(String peerId) {
    return Optional.ofNullable(byPeerId.get(peerId));
  }

  /** Returns all peers, ordered by id. */
  public List<PeerEntry> peers() {
    return List.copyOf(byPeerId.values());
  }

  /** Returns all peers by id. */
  public Map<String, PeerEntry> all() {
    return Collections.unmodifiableMap(byPeerId);
  }

  /** Returns the ids of the peers between which a credential is contested. */
  public Set<String> contested() {
    return contested;
  }

  /** Returns how many peers there are. */
  public int size() {
    return byPeerId.size();
  }

  private void claim(
      String credential, PeerEntry peer, Map<String, String> owners, Set<String> claimedTwice) {
    String owner = owners.putIfAbsent(credential, peer.peerId());
    if (owner != null && !owner.equals(peer.peerId())) {
      claimedTwice.add(credential);
      contested.add(owner);
      contested.add(peer.peerId());
    }
  }
}
