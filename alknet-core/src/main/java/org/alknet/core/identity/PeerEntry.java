package org.alknet.core.identity;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A known peer: the logical id that outlives its credentials, and the credentials that lead to it.
 *
 * <p>Permissive; {@link AuthPolicy} has the strict checks. Immutable.
 *
 * @param peerId stable logical id; becomes {@link Identity#id()}
 * @param fingerprints TLS credentials, any of which resolves to this peer
 * @param authTokenHash hash of a bearer token that is one more credential of this peer
 * @param scopes granted scopes
 * @param resources granted resources by type
 * @param displayName for logs and user interfaces only
 * @param enabled false for a peer that is known and revoked: nothing resolves to it
 */
public record PeerEntry(
    String peerId,
    List<String> fingerprints,
    Optional<String> authTokenHash,
    List<String> scopes,
    Map<String, List<String>> resources,
    Optional<String> displayName,
    boolean enabled) {
  /** Copies deeply, the hex digits of fingerprints in lower case. */
  public PeerEntry {
    Objects.requireNonNull(peerId, "peerId");
    fingerprints = fingerprints.stream().map(Fingerprints::normalise).toList();
    Objects.requireNonNull(authTokenHash, "authTokenHash");
    scopes = List.copyOf(scopes);
    resources =
        resources.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
    Objects.requireNonNull(displayName, "displayName");
  }

  /** Starts an enabled entry without credentials or grants. */
  public static Builder builder(String peerId) {
    return new Builder(peerId);
  }

  /** Starts a builder with everything this entry has. */
  public Builder toBuilder() {
    Builder builder = new Builder(peerId);
    builder.fingerprints = fingerprints;
    builder.authTokenHash = authTokenHash;
    builder.scopes = scopes;
    builder.resources = resources;
    builder.displayName = displayName;
    builder.enabled = enabled;
    return builder;
  }

  /** Returns the identity this entry stands for. */
  public Identity identity() {
    return new Identity(peerId, scopes, resources);
  }

  /** Shows everything but the token hash, of which it says only whether there is one. */
  @Override
  public String toString() {
    return "PeerEntry[peerId="
        + peerId
        + ", fingerprints="
        + fingerprints
        + ", authTokenHash="
        + (authTokenHash.isPresent() ? "set" : "none")
        + ", scopes="
        + scopes
        + ", resources="
        + resources
        + ", displayName="
        + displayName.orElse("none")
        + ", enabled="
        + enabled
        + "]";
  }

  /** Collects the parts of an entry. Not thread-safe. */
  public static final class Builder {
    private String peerId;
    private List<String> fingerprints = List.of();
    private Optional<String> authTokenHash = Optional.empty();
    private List<String> scopes = List.of();
    private Map<String, List<String>> resources = Map.of();
    private Optional<String> displayName = Optional.empty();
    private boolean enabled = true;

    private Builder(String peerId) {
      this.peerId = peerId;
    }

    /** Replaces the logical id. */
    public Builder peerId(String newId) {
      this.peerId = newId;
      return this;
    }

    /** Replaces the fingerprints. */
    public Builder fingerprints(String... values) {
      return fingerprints(List.of(values));
    }

    /** Replaces the fingerprints. */
    public Builder fingerprints(List<String> values) {
      this.fingerprints = values;
      return this;
    }

    /** Sets the hash of a bearer token, in the form of {@link TokenHash}. */
    public Builder authTokenHash(String hash) {
      this.authTokenHash = Optional.of(hash);
      return this;
    }

    /** Removes the bearer token. */
    public Builder withoutAuthToken() {
      this.authTokenHash = Optional.empty();
      return this;
    }

    /** Replaces the scopes. */
    public Builder scopes(String... values) {
      return scopes(List.of(values));
    }

    /** Replaces the scopes. */
    public Builder scopes(List<String> values) {
      this.scopes = values;
      return this;
    }

    /** Replaces the resources. */
    public Builder resources(Map<String, List<String>> values) {
      this.resources = values;
      return this;
    }

    /** Sets the name shown to people. */
    public Builder displayName(String name) {
      this.displayName = Optional.of(name);
      return this;
    }

    /** Enables or revokes. */
    public Builder enabled(boolean value) {
      this.enabled = value;
      return this;
    }

    /** Returns the entry. */
    public PeerEntry build() {
      return new PeerEntry(
          peerId, fingerprints, authTokenHash, scopes, resources, displayName, enabled);
    }
  }
}
