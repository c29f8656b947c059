package org.alknet.store.sqlite.internal;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;

/**
 * What a peer may look like in the store (spec/store-sqlite.md section 12.2). Says what is wrong,
 * field first, without quoting a hash.
 */
public final class PeerRules {
  private static final int MAX_NAME = 255;
  private static final int MAX_DISPLAY_NAME = 200;
  private static final int MAX_FINGERPRINTS = 64;
  private static final int MAX_SCOPES = 1024;

  /** The node's own name in peer listings. */
  private static final String LOCAL_ID = "local";

  private PeerRules() {}

  /** Finds the first fault that keeps a peer from being written. */
  public static Optional<String> faultToWrite(PeerEntry peer) {
    if (new HashSet<>(peer.fingerprints()).size() != peer.fingerprints().size()) {
      return Optional.of("fingerprints: one is listed twice");
    }
    if (peer.fingerprints().size() > MAX_FINGERPRINTS) {
      return Optional.of("fingerprints: at most " + MAX_FINGERPRINTS);
    }
    if (peer.scopes().size() > MAX_SCOPES) {
      return Optional.of("scopes: at most " + MAX_SCOPES);
    }
    return faultToRead(peer);
  }

  /** Finds the first fault that makes a stored peer unclear. */
  public static Optional<String> faultToRead(PeerEntry peer) {
    return name("peer_id", peer.peerId())
        .or(() -> local(peer.peerId()))
        .or(() -> fingerprints(peer.fingerprints()))
        .or(() -> hash(peer.authTokenHash()))
        .or(() -> texts("scopes", peer.scopes()))
        .or(() -> resources(peer.resources()))
        .or(() -> displayName(peer.displayName()));
  }

  /** Finds the fault of a name that serves as key: of a peer or of a provider. */
  public static Optional<String> name(String field, String name) {
    if (name.isBlank()) {
      return Optional.of(field + ": is not blank");
    }
    if (name.length() > MAX_NAME) {
      return Optional.of(field + ": has at most " + MAX_NAME + " characters");
    }
    return hasControls(name)
        ? Optional.of(field + ": holds control characters")
        : text(field, name);
  }

  private static Optional<String> local(String id) {
    return id.equals(LOCAL_ID)
        ? Optional.of("peer_id: \"local\" names the node itself")
        : Optional.empty();
  }

  private static Optional<String> fingerprints(List<String> fingerprints) {
    return fingerprints.stream().allMatch(Fingerprints::isWellFormed)
        ? Optional.empty()
        : Optional.of("fingerprints: one is not ed25519: or SHA256: and 64 hex digits");
  }

  private static Optional<String> hash(Optional<String> hash) {
    return hash.isEmpty() || TokenHash.isWellFormed(hash.get())
        ? Optional.empty()
        : Optional.of("auth_token_hash: is not sha256: and 64 lowercase hex digits");
  }

  private static Optional<String> resources(Map<String, List<String>> resources) {
    for (Map.Entry<String, List<String>> entry : resources.entrySet()) {
      Optional<String> fault =
          text("resources", entry.getKey()).or(() -> texts("resources", entry.getValue()));
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> displayName(Optional<String> name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (name.get().length() > MAX_DISPLAY_NAME) {
      return Optional.of("display_name: has at most " + MAX_DISPLAY_NAME + " characters");
    }
    return hasControls(name.get())
        ? Optional.of("display_name: holds control characters")
        : text("display_name", name.get());
  }

  private static Optional<String> texts(String field, List<String> texts) {
    for (String text : texts) {
      Optional<String> fault = text(field, text);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  /** SQLite would cut a text at a NUL, and half a surrogate pair has no UTF-8. */
  private static Optional<String> text(String field, String text) {
    boolean surrogates = false;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\0') {
        return Optional.of(field + ": holds a NUL character");
      }
      surrogates |= Character.isSurrogate(text.charAt(i));
    }
    return surrogates && !StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? Optional.of(field + ": is not valid Unicode")
        : Optional.empty();
  }

  private static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}
