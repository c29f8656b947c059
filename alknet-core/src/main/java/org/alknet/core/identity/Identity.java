package org.alknet.core.identity;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Who somebody is and what they were granted. The id is a logical name that outlives keys; for
 * peers it is never derived from key material.
 *
 * <p>Immutable.
 *
 * @param id stable logical id
 * @param scopes granted scopes, in the order they were granted
 * @param resources granted resources by type, for example {@code service → [gitea, registry]}
 */
public record Identity(String id, List<String> scopes, Map<String, List<String>> resources) {
  /** Copies deeply. */
  public Identity {
    Objects.requireNonNull(id, "id");
    scopes = List.copyOf(scopes);
    resources =
        resources.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
  }

  /** Returns an identity with scopes and no resources. */
  public static Identity of(String id, String... scopes) {
    return new Identity(id, List.of(scopes), Map.of());
  }

  /** Whether the scope was granted, compared exactly. */
  public boolean hasScope(String scope) {
    return scopes.contains(scope);
  }
}
