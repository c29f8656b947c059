package org.alknet.cli.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.AccessDecision;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.Visibility;
import org.alknet.core.identity.Identity;

/**
 * Why a caller may use an operation, or may not: the decision of the real check, and every demand
 * it consists of.
 *
 * <p>Immutable.
 *
 * @param operation its name
 * @param caller who asks, in words
 * @param allowed what the check decides
 * @param reason what it says if it refuses; empty if it allows
 * @param clauses every demand, met or not
 */
public record AccessReport(
    String operation, String caller, boolean allowed, String reason, List<Clause> clauses) {
  /** Copies. */
  public AccessReport {
    clauses = List.copyOf(clauses);
  }

  /**
   * One demand.
   *
   * <p>Immutable.
   *
   * @param name what kind of demand it is
   * @param wanted what it asks for
   * @param met whether the caller has it
   */
  public record Clause(String name, String wanted, boolean met) {}

  /**
   * Asks the real check.
   *
   * @param spec the operation
   * @param caller who asks, in words
   * @param identity what the caller is to the node; nobody if absent
   */
  public static AccessReport of(OperationSpec spec, String caller, Optional<Identity> identity) {
    List<Clause> clauses = new ArrayList<>();
    boolean external = spec.visibility() == Visibility.EXTERNAL;
    clauses.add(new Clause("visibility", external ? "external" : "internal", external));
    AccessControl control = spec.accessControl();
    if (control.hasRestrictions()) {
      clauses.add(new Clause("identity", "somebody known", identity.isPresent()));
    }
    for (String scope : control.requiredScopes()) {
      clauses.add(new Clause("scope", scope, isMet(AccessControl.scopes(scope), identity)));
    }
    control
        .requiredScopesAny()
        .ifPresent(
            any ->
                clauses.add(
                    new Clause(
                        "any scope of",
                        String.join(", ", any),
                        isMet(AccessControl.anyScope(any.toArray(String[]::new)), identity))));
    if (control.resourceType().isPresent() || control.resourceAction().isPresent()) {
      AccessControl resource =
          new AccessControl(
              List.of(), Optional.empty(), control.resourceType(), control.resourceAction());
      clauses.add(
          new Clause(
              "resource",
              control.resourceType().orElse("any")
                  + control.resourceAction().map(action -> "/" + action).orElse(""),
              isMet(resource, identity)));
    }
    // An operation that is not visible does not exist for callers, whoever they are.
    String refusal =
        external
            ? control.check(identity) instanceof AccessDecision.Forbidden no ? no.message() : ""
            : "not found: it is internal";
    return new AccessReport(spec.name(), caller, refusal.isEmpty(), refusal, clauses);
  }

  private static boolean isMet(AccessControl demand, Optional<Identity> identity) {
    return demand.check(identity) instanceof AccessDecision.Allowed;
  }
}
