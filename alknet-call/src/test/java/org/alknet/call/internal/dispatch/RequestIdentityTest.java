package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

class RequestIdentityTest {
  private static final String KEY = "ed25519:" + "ab".repeat(32);

  private static Pair whoami() {
    return new Pair()
        .serve(
            ops ->
                ops.withLocal(
                        OperationSpec.query("demo/whoami").build(),
                        Handlers.answering(
                            (input, ctx) ->
                                json(
                                    "'" + ctx.identity().map(Identity::id).orElse("nobody") + "'")))
                    .withLocal(
                        OperationSpec.query("demo/secret")
                            .accessControl(AccessControl.scopes("operator"))
                            .build(),
                        Handlers.echo()));
  }

  private static String whoami(CallConnection connection) {
    return whoami(connection, CallRequest.of("demo/whoami", json("{}")));
  }

  private static String whoami(CallConnection connection, CallRequest request) {
    return Await.result(connection.call(request)).output().orElseThrow().asString();
  }

  private static CallRequest with(String token) {
    return CallRequest.of("demo/whoami", json("{}")).withAuthToken(AuthToken.ofUtf8(token));
  }

  @Test
  void withoutATokenTheConnectionCounts() {
    try (Pair anonymous = whoami();
        Pair known = whoami().clientIs(Identity.of("peer"))) {
      assertThat(whoami(anonymous.start().client())).isEqualTo("nobody");
      assertThat(whoami(known.start().client())).isEqualTo("peer");
    }
  }

  @Test
  void aTokenThatResolvesReplacesTheConnection() {
    try (Pair pair = whoami().clientIs(Identity.of("peer", "operator"))) {
      pair.identities.token("alk_good-token", Identity.of("user"));
      Pair.Ends ends = pair.start();

      assertThat(whoami(ends.client(), with("alk_good-token"))).isEqualTo("user");
      CallError denied =
          Await.result(
                  ends.client()
                      .call(
                          CallRequest.of("demo/secret", json("{}"))
                              .withAuthToken(AuthToken.ofUtf8("alk_good-token"))))
              .error()
              .orElseThrow();
      assertThat(denied.message()).isEqualTo("missing required scope: operator");
      assertThat(whoami(ends.client())).isEqualTo("peer");
    }
  }

  @Test
  void aTokenThatDoesNotResolveLeavesTheConnection() {
    try (Pair anonymous = whoami();
        Pair known = whoami().clientIs(Identity.of("peer"))) {
      assertThat(whoami(anonymous.start().client(), with("alk_bad"))).isEqualTo("nobody");
      assertThat(whoami(known.start().client(), with("alk_bad"))).isEqualTo("peer");
    }
  }

  @Test
  void theConnectionsTokenGoesWithEveryRequestThatHasNone() {
    try (Pair pair = whoami().token("alk_my-own-token")) {
      pair.identities
          .token("alk_my-own-token", Identity.of("me"))
          .token("alk_other-token", Identity.of("other"));
      Pair.Ends ends = pair.start();

      assertThat(whoami(ends.client())).isEqualTo("me");
      assertThat(whoami(ends.client(), with("alk_other-token"))).isEqualTo("other");
    }
  }

  @Test
  void distinctRefusedTokensCountOnceEachAgainstTheConnection() {
    try (Pair pair = whoami().wire(wire -> wire.maxAuthAttempts(3))) {
      Pair.Ends ends = pair.start();

      for (int i = 0; i < 20; i++) {
        assertThat(whoami(ends.client(), with("alk_same"))).isEqualTo("nobody");
      }
      assertThat(whoami(ends.client(), with("alk_second"))).isEqualTo("nobody");
      Await.result(ends.client().call(with("alk_third")));

      assertThat(Await.result(pair.serverEnd().closed()).code()).isEqualTo(CloseCode.RATE_LIMITED);
    }
  }

  @Test
  void aWithdrawnScopeIsGoneWithTheNextRequest() {
    Identity operator = Identity.of("peer", "operator");
    try (Pair pair = whoami().clientIs(operator).wire(wire -> wire.leftFingerprint(KEY))) {
      pair.identities.key(KEY, operator);
      Pair.Ends ends = pair.start();
      assertThat(Await.result(ends.client().call("demo/secret", json("1"))).isOk()).isTrue();

      pair.identities.key(KEY, Identity.of("peer"));
      assertThat(whoami(ends.client())).isEqualTo("peer");
      assertThat(Await.result(ends.client().call("demo/secret", json("1"))).error().orElseThrow())
          .isEqualTo(CallError.forbidden("missing required scope: operator"));
      pair.identities.forget(KEY);

      assertThat(whoami(ends.client())).isEqualTo("nobody");
    }
  }

  @Test
  void aDialledPeerIsKnownByItsProvenKey() {
    try (Pair pair =
        new Pair()
            .callBack(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/secret")
                            .accessControl(AccessControl.scopes("hub"))
                            .build(),
                        Handlers.echo()))
            .wire(wire -> wire.rightFingerprint(KEY))) {
      pair.identities.key(KEY, Identity.of("the-hub", "hub"));
      Pair.Ends ends = pair.start();

      assertThat(ends.client().peerId()).contains("the-hub");
      assertThat(Await.result(ends.server().call("demo/secret", json("1"))).isOk()).isTrue();
    }
  }

  @Test
  void theIdentityOfTheEndpointIsRecordedOnTheConnection() {
    try (Pair pair = whoami().clientIs(Identity.of("peer"))) {
      Pair.Ends ends = pair.start();

      assertThat(pair.serverEnd().identity()).contains(Identity.of("peer"));
      assertThat(ends.server().peerId()).contains("peer");
      assertThat(ends.client().identity()).isEqualTo(Optional.empty());
    }
  }
}
