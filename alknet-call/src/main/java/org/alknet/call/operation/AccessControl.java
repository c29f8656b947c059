package org.alknet.call.operation;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.Identity;

/**
 * What a caller needs to use an operation: the whole access policy there is (spec/call.md section
 * 7). Everything is compared exactly; there are no wildcards, prefixes or implied administrators.
 *
 * <p>Immutable.
 *
 * @param requiredScopes scopes of which the caller needs all
 * @param requiredScopesAny scopes of which the caller needs one; present and empty can never be met
 * @param resourceType key into the caller's resources
 * @param resourceAction entry needed in a resource list
 */
public record AccessControl(
    List<String> requiredScopes,
    Optional<List<String>> requiredScopesAny,
    Optional<String> resourceType,
    Optional<String> resourceAction) {
  private static final AccessControl UNRESTRICTED =
      new AccessControl(List.of(), Optional.empty(), Optional.empty(), Optional.empty());
  private static final AccessDecision ALLOWED = new AccessDecision.Allowed();

  /** Copies the lists. */
  public AccessControl {
    requiredScopes = List.copyOf(requiredScopes);
    requiredScopesAny = requiredScopesAny.map(List::copyOf);
    Objects.requireNonNull(resourceType, "resourceType");
    Objects.requireNonNull(resourceAction, "resourceAction");
  }

  /** Allows everybody, anonymous callers included. */
  public static AccessControl unrestricted() {
    return UNRESTRICTED;
  }

  /** Allows callers that hold all of these scopes. */
  public static AccessControl scopes(String... all) {
    return new AccessControl(List.of(all), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Allows callers that hold at least one of these scopes. */
  public static AccessControl anyScope(String... any) {
    return new AccessControl(
        List.of(), Optional.of(List.of(any)), Optional.empty(), Optional.empty());
  }

  /** Allows callers whose resources of this type contain the action. */
  public static AccessControl resource(String type, String action) {
    return new AccessControl(List.of(), Optional.empty(), Optional.of(type), Optional.of(action));
  }

  /** Whether anything is asked of the caller. */
  public boolean hasRestrictions() {
    return !requiredScopes.isEmpty()
        || requiredScopesAny.isPresent()
        || resourceType.isPresent()
        || resourceAction.isPresent();
  }

  /**
   * Decides for one identity and nothing else: no claim, no metadata. The first unmet demand is
   * named.
   */
  public AccessDecision check(Optional<Identity> identity) {
    if (!hasRestrictions()) {
      return ALLOWED;
    }
    if (identity.isEmpty()) {
      return new AccessDecision.Forbidden("authentication required");
    }
    Identity caller = identity.get();
    for (String scope : requiredScopes) {
      if (!caller.hasScope(scope)) {
        return new AccessDecision.Forbidden("missing required scope: " + scope);
      }
    }
    if (requiredScopesAny.isPresent()
        && requiredScopesAny.get().stream().noneMatch(caller::hasScope)) {
      return new AccessDecision.Forbidden(
          "missing required scope (any of: " + String.join(", ", requiredScopesAny.get()) + ")");
    }
    return checkResources(caller);
  }

  private AccessDecision checkResources(Identity caller) {
    if (resourceType.isPresent()) {
      String type = resourceType.get();
      List<String> held = caller.resources().getOrDefault(type, List.of());
      if (resourceAction.isPresent()) {
        return held.contains(resourceAction.get())
            ? ALLOWED
            : new AccessDecision.Forbidden(
                "missing resource: " + type + "/" + resourceAction.get());
      }
      return held.isEmpty() ? new AccessDecision.Forbidden("missing resource: " + type) : ALLOWED;
    }
    if (resourceAction.isPresent()
        && caller.resources().values().stream()
            .noneMatch(held -> held.contains(resourceAction.get()))) {
      return new AccessDecision.Forbidden("missing resource action: " + resourceAction.get());
    }
    return ALLOWED;
  }
}
