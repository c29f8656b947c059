package org.alknet.call.operation;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.alknet.core.identity.Identity;

/**
 * The rights under which a handler composes other operations: a bundle granted by the assembly
 * layer, not a peer, and not to be found through an identity provider (spec/call.md section 8.3).
 *
 * <p>Immutable.
 *
 * @param label name for logs, becomes the id of the synthetic identity
 * @param scopes granted scopes
 * @param resources granted resources by type
 */
public record CompositionAuthority(
    String label, List<String> scopes, Map<String, List<String>> resources) {
  /** Copies deeply. */
  public CompositionAuthority {
    Objects.requireNonNull(label, "label");
    scopes = List.copyOf(scopes);
    resources =
        resources.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> List.copyOf(e.getValue())));
  }

  /** Returns an authority with scopes and no resources. */
  public static CompositionAuthority of(String label, String... scopes) {
    return new CompositionAuthority(label, List.of(scopes), Map.of());
  }

  /** Returns the identity that access control examines for composed calls. */
  public Identity asIdentity() {
    return new Identity(label, scopes, resources);
  }
}
