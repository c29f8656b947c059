package org.alknet.call.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.Test;

class AccessControlTest {
  private static final Optional<Identity> NOBODY = Optional.empty();

  private static String refusal(AccessControl control, Optional<Identity> caller) {
    return control.check(caller) instanceof AccessDecision.Forbidden forbidden
        ? forbidden.message()
        : "allowed";
  }

  private static Optional<Identity> holding(String... scopes) {
    return Optional.of(Identity.of("someone", scopes));
  }

  private static Optional<Identity> owning(String type, String... entries) {
    return Optional.of(new Identity("someone", List.of(), Map.of(type, List.of(entries))));
  }

  @Test
  void unrestrictedIsOpenToEverybody() {
    assertThat(AccessControl.unrestricted().hasRestrictions()).isFalse();
    assertThat(refusal(AccessControl.unrestricted(), NOBODY)).isEqualTo("allowed");
    assertThat(refusal(AccessControl.unrestricted(), holding())).isEqualTo("allowed");
  }

  @Test
  void anyRestrictionAsksForAuthentication() {
    for (AccessControl control :
        List.of(
            AccessControl.scopes("a"),
            AccessControl.anyScope("a"),
            AccessControl.anyScope(),
            AccessControl.resource("t", "x"),
            typeOnly("t"),
            actionOnly("x"))) {
      assertThat(control.hasRestrictions()).isTrue();
      assertThat(refusal(control, NOBODY)).isEqualTo("authentication required");
    }
  }

  private static AccessControl typeOnly(String type) {
    return new AccessControl(List.of(), Optional.empty(), Optional.of(type), Optional.empty());
  }

  private static AccessControl actionOnly(String action) {
    return new AccessControl(List.of(), Optional.empty(), Optional.empty(), Optional.of(action));
  }

  @Test
  void allRequiredScopesAreNeeded() {
    AccessControl control = AccessControl.scopes("a", "b");

    assertThat(refusal(control, holding("b", "c", "a"))).isEqualTo("allowed");
    assertThat(refusal(control, holding("a"))).isEqualTo("missing required scope: b");
    assertThat(refusal(control, holding("b"))).isEqualTo("missing required scope: a");
    assertThat(refusal(control, holding("A", "b", "a*", "*")))
        .isEqualTo("missing required scope: a");
  }

  @Test
  void oneOfTheAlternativeScopesIsNeeded() {
    AccessControl control = AccessControl.anyScope("a", "b");

    assertThat(refusal(control, holding("b"))).isEqualTo("allowed");
    assertThat(refusal(control, holding("c"))).isEqualTo("missing required scope (any of: a, b)");
  }

  @Test
  void anEmptyListOfAlternativesIsNeverMet() {
    assertThat(refusal(AccessControl.anyScope(), holding("a", "b")))
        .isEqualTo("missing required scope (any of: )");
  }

  @Test
  void aResourceNeedsTypeAndAction() {
    AccessControl control = AccessControl.resource("service", "gitea");

    assertThat(refusal(control, owning("service", "registry", "gitea"))).isEqualTo("allowed");
    assertThat(refusal(control, owning("service", "registry")))
        .isEqualTo("missing resource: service/gitea");
    assertThat(refusal(control, owning("host", "gitea")))
        .isEqualTo("missing resource: service/gitea");
  }

  @Test
  void aTypeAloneNeedsAnyEntry() {
    assertThat(refusal(typeOnly("service"), owning("service", "x"))).isEqualTo("allowed");
    assertThat(refusal(typeOnly("service"), owning("service")))
        .isEqualTo("missing resource: service");
    assertThat(refusal(typeOnly("service"), owning("host", "x")))
        .isEqualTo("missing resource: service");
  }

  @Test
  void anActionAloneNeedsItInAnyList() {
    assertThat(refusal(actionOnly("exec"), owning("whatever", "exec"))).isEqualTo("allowed");
    assertThat(refusal(actionOnly("exec"), owning("whatever", "read")))
        .isEqualTo("missing resource action: exec");
  }

  @Test
  void aMissingScopeIsNamedBeforeAMissingResource() {
    AccessControl control =
        new AccessControl(
            List.of("a"), Optional.of(List.of("b")), Optional.of("t"), Optional.of("x"));

    assertThat(refusal(control, owning("t"))).isEqualTo("missing required scope: a");
    assertThat(
            refusal(
                control, Optional.of(new Identity("i", List.of("a"), Map.of("t", List.of("x"))))))
        .isEqualTo("missing required scope (any of: b)");
    assertThat(
            refusal(
                control,
                Optional.of(new Identity("i", List.of("a", "b"), Map.of("t", List.of("y"))))))
        .isEqualTo("missing resource: t/x");
    assertThat(
            refusal(
                control,
                Optional.of(new Identity("i", List.of("a", "b"), Map.of("t", List.of("x"))))))
        .isEqualTo("allowed");
  }

  @Test
  void theListsAreCopied() {
    java.util.ArrayList<String> scopes = new java.util.ArrayList<>(List.of("a"));
    AccessControl control =
        new AccessControl(scopes, Optional.of(scopes), Optional.empty(), Optional.empty());

    scopes.clear();

    assertThat(control.requiredScopes()).containsExactly("a");
    assertThat(control.requiredScopesAny()).contains(List.of("a"));
  }
}
