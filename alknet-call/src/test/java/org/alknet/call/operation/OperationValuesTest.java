package org.alknet.call.operation;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.FakeClock;
import org.junit.jupiter.api.Test;

class OperationValuesTest {
  @Test
  void thePathHasASlashAndTheNamespaceComesFromTheName() {
    OperationSpec spec = OperationSpec.query("fs/readFile").build();

    assertThat(spec.path()).isEqualTo("/fs/readFile");
    assertThat(spec.namespace()).isEqualTo("fs");
    assertThat(spec.withName("worker/fs/readFile").namespace()).isEqualTo("worker");
    assertThat(spec.withName("single").namespace()).isEqualTo("single");
    assertThat(spec.withName("/x").namespace()).isEmpty();
  }

  @Test
  void namesHaveAGrammar() {
    for (String good :
        List.of("a", "a/b", "fs/readFile", "A1._-/z9", "1/2/3/4/5/6/7/8", "a" + "b".repeat(127))) {
      assertThat(OperationSpec.isWellFormedName(good)).as(good).isTrue();
    }
    for (String bad :
        List.of(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".a",
            "-a",
            "a b",
            "a/b c",
            "é",
            "a\n",
            "1/2/3/4/5/6/7/8/9",
            "a" + "b".repeat(128),
            ("a".repeat(100) + "/").repeat(2) + "b".repeat(54))) {
      assertThat(OperationSpec.isWellFormedName(bad)).as(bad).isFalse();
    }
  }

  @Test
  void wireNamesOfTypesAndVisibilities() {
    assertThat(List.of(OperationType.values()))
        .extracting(OperationType::wireName)
        .containsExactly("query", "mutation", "subscription");
    assertThat(List.of(Visibility.values()))
        .extracting(Visibility::wireName)
        .containsExactly("external", "internal");
    assertThat(OperationType.ofWireName("subscription")).contains(OperationType.SUBSCRIPTION);
    assertThat(OperationType.ofWireName("Query")).isEmpty();
    assertThat(Visibility.ofWireName("internal")).contains(Visibility.INTERNAL);
    assertThat(Visibility.ofWireName("")).isEmpty();
  }

  @Test
  void theProtocolsErrorsHaveTheirTexts() {
    assertThat(CallError.notFound("a/b"))
        .isEqualTo(CallError.of("NOT_FOUND", "operation not found: a/b", false));
    assertThat(CallError.forbidden("why")).isEqualTo(CallError.of("FORBIDDEN", "why", false));
    assertThat(CallError.timeout()).isEqualTo(CallError.of("TIMEOUT", "request timed out", true));
    assertThat(CallError.invalidOperationType("x").details()).isEmpty();
    assertThat(CallError.invalidOperationType("x").retryable()).isFalse();
    assertThat(CallError.cancelled())
        .isEqualTo(
            CallError.of("INTERNAL", "request cancelled", false, json("{'reason':'ABORTED'}")));
    assertThat(CallError.connectionClosed())
        .isEqualTo(
            CallError.of(
                "INTERNAL", "connection closed", false, json("{'reason':'CONNECTION_CLOSED'}")));
    assertThat(CallError.overloaded("x"))
        .isEqualTo(CallError.of("INTERNAL", "x", true, json("{'reason':'OVERLOADED'}")));
    assertThat(
            List.of(
                "NOT_FOUND",
                "FORBIDDEN",
                "INVALID_INPUT",
                "INVALID_OPERATION_TYPE",
                "INTERNAL",
                "TIMEOUT"))
        .allMatch(CallError::isProtocolCode);
    assertThat(CallError.isProtocolCode("FILE_NOT_FOUND")).isFalse();
  }

  @Test
  void reachabilityIsByNameAndByPin() {
    ScopedPeerEnv env =
        new ScopedPeerEnv(
            Set.of("a/b", "c/d"), Set.of(new PeerPin("w/1", "x/y"), new PeerPin("w/1", "c/d")));

    assertThat(env.allows("a/b")).isTrue();
    assertThat(env.allows("x/y")).isFalse();
    assertThat(env.allowsPinned("w/1", "x/y")).isTrue();
    assertThat(env.allowsPinned("w/2", "x/y")).isFalse();
    assertThat(env.allowsPinned("w/1", "a/b")).isFalse();
    assertThat(env.allowsVia(PeerRef.any(), "a/b")).isTrue();
    assertThat(env.allowsVia(PeerRef.any(), "x/y")).isFalse();
    assertThat(env.allowsVia(PeerRef.of("w/1"), "x/y")).isTrue();
    assertThat(env.allowsVia(PeerRef.of("w/2"), "x/y")).isFalse();
    assertThat(env.allowsVia(PeerRef.of("w/2"), "a/b")).isTrue();
    assertThat(env.allowsVia(PeerRef.any(), "c/d")).isTrue();
    assertThat(env.allowsVia(PeerRef.of("w/1"), "c/d")).isTrue();
    assertThat(ScopedPeerEnv.empty().allows("a/b")).isFalse();
    assertThat(ScopedPeerEnv.withPinned(new PeerPin("p", "o")).allowedOps()).isEmpty();
  }

  @Test
  void anAuthorityIsAnIdentityOfItsOwn() {
    CompositionAuthority authority =
        new CompositionAuthority("label", List.of("s"), Map.of("t", List.of("r")));

    assertThat(authority.asIdentity())
        .isEqualTo(new Identity("label", List.of("s"), Map.of("t", List.of("r"))));
  }

  @Test
  void aDeadlineShrinksAndPasses() {
    FakeClock clock = new FakeClock();
    Deadline deadline = Deadline.after(Duration.ofSeconds(10), clock.ticker());

    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(10));
    clock.advance(Duration.ofSeconds(9));
    assertThat(deadline.isExpired()).isFalse();
    assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(2));
    assertThat(deadline.isExpired()).isTrue();
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void anErrorDefinitionHasAPossibleStatus() {
    assertThatThrownBy(() -> new ErrorDefinition("A", "", json("{}"), OptionalInt.of(65_536)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ErrorDefinition("A", "", json("{}"), OptionalInt.of(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
