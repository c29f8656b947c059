package org.alknet.core.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * An API key as a policy keeps it: the token itself is the identity, and only its hash is stored.
 *
 * <p>Permissive; {@link AuthPolicy} has the strict checks. Immutable.
 *
 * @param prefix leading characters of the key, {@code alk_} included; not secret; becomes {@link
 *     Identity#id()}
 * @param hash hash of the whole key, in the form of {@link TokenHash}
 * @param scopes granted scopes
 * @param description for people
 * @param expiresAt Unix seconds from which on the key is nobody's; empty means never
 */
public record ApiKeyEntry(
    String prefix, String hash, List<String> scopes, String description, OptionalLong expiresAt) {
  /** Copies. */
  public ApiKeyEntry {
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(hash, "hash");
    scopes = List.copyOf(scopes);
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(expiresAt, "expiresAt");
  }

  /** Starts an entry that never expires and grants nothing. */
  public static Builder builder(String prefix, String hash) {
    return new Builder(prefix, hash);
  }

  /** Starts a builder with everything this entry has. */
  public Builder toBuilder() {
    Builder builder = new Builder(prefix, hash);
    builder.scopes = scopes;
    builder.description = description;
    builder.expiresAt = expiresAt;
    return builder;
  }

  /** Whether the key is nobody's at this instant; the second of expiry itself counts. */
  public boolean isExpiredAt(Instant now) {
    return expiresAt.isPresent() && now.getEpochSecond() >= expiresAt.getAsLong();
  }

  /** Returns the identity this key stands for; keys have no resources. */
  public Identity identity() {
    return new Identity(prefix, scopes, Map.of());
  }

  /** Shows everything but the hash. */
  @Override
  public String toString() {
    return "ApiKeyEntry[prefix="
        + prefix
        + ", scopes="
        + scopes
        + ", description="
        + description
        + ", expiresAt="
        + (expiresAt.isPresent() ? expiresAt.getAsLong() : "never")
        + "]";
  }

  /** Collects the parts of an entry. Not thread-safe. */
  public static final class Builder {
    private final String prefix;
    private final String hash;
    private List<String> scopes = List.of();
    private String description = "";
    private OptionalLong expiresAt = OptionalLong.empty();

    private Builder(String prefix, String hash) {
      this.prefix = prefix;
      this.hash = hash;
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

    /** Replaces the description. */
    public Builder description(String text) {
      this.description = text;
      return this;
    }

    /** Lets the key expire at the given Unix second. */
    public Builder expiresAt(long unixSeconds) {
      this.expiresAt = OptionalLong.of(unixSeconds);
      return this;
    }

    /** Returns the entry. */
    public ApiKeyEntry build() {
      return new ApiKeyEntry(prefix, hash, scopes, description, expiresAt);
    }
  }
}
