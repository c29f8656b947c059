package org.alknet.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Json;
import org.alknet.call.testing.TestIdentities;
import org.alknet.canary.Canaries;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

/** What is set before the first call: the protocol's name, options and credentials. */
class CallOptionsTest {
  private static final String PIN = "ed25519:" + "5a".repeat(32);

  @Test
  void theNameOfTheProtocolIsTheBytesOfAlknetCall() {
    try (CallAdapter adapter = CallAdapter.of(OperationRegistry.empty(), new TestIdentities())) {
      assertThat(adapter.alpn().toBytes())
          .isEqualTo("alknet/call".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aTimeoutThatIsSetEndsACall() {
    Gate never = new Gate();
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("here/wait").build(), never.handler())
            .build();
    try (CallAdapter adapter =
            CallAdapter.builder(registry, new TestIdentities())
                .limits(
                    CallLimits.defaults().toBuilder().inboundTimeout(Duration.ofMillis(1)).build())
                .build();
        RootInvoker front = adapter.rootInvoker()) {
      assertThat(Await.result(front.invoke(Optional.empty(), "here/wait", Json.json("1"))).error())
          .hasValueSatisfying(error -> assertThat(error.code()).isEqualTo(CallError.TIMEOUT));
    }
  }

  @Test
  void credentialsStartEmptyAndEachStepLeavesTheOneBeforeAsItWas() {
    CallCredentials none = CallCredentials.none();
    CallCredentials pinned = none.withRemoteIdentity(RemoteIdentity.of(PIN));
    CallCredentials keyed = pinned.withTlsIdentity(new TlsIdentity.RawKey(newKey()));
    CallCredentials all = keyed.withAuthToken(AuthToken.ofUtf8("alk_token-of-a-caller"));

    assertThat(none.remoteIdentity()).isEmpty();
    assertThat(none.tlsIdentity()).isEmpty();
    assertThat(none.authToken()).isEmpty();
    assertThat(pinned.remoteIdentity()).contains(RemoteIdentity.of(PIN));
    assertThat(pinned.tlsIdentity()).isEmpty();
    assertThat(keyed.authToken()).isEmpty();
    assertThat(all.remoteIdentity()).contains(RemoteIdentity.of(PIN));
    assertThat(all.tlsIdentity()).isPresent();
    assertThat(all.authToken()).contains(AuthToken.ofUtf8("alk_token-of-a-caller"));
  }

  @Test
  void aTokenAloneExpectsNobodyInParticular() {
    // Nothing takes the place of an absent expectation: the certificate path decides then.
    assertThat(
            CallCredentials.none()
                .withAuthToken(AuthToken.ofUtf8("alk_token-of-a-caller"))
                .remoteIdentity())
        .isEmpty();
  }

  @Test
  void everyKeyOfAPeerIsExpected() {
    String other = "SHA256:" + "0c".repeat(32);
    PeerEntry hub = PeerEntry.builder("hub").fingerprints(PIN, other).build();

    assertThat(
            CallCredentials.none().withRemoteIdentity(RemoteIdentity.forPeer(hub)).remoteIdentity())
        .hasValueSatisfying(
            expected -> assertThat(expected.pins()).containsExactlyInAnyOrder(PIN, other));
  }

  @Test
  void credentialsShowNoSecret() {
    Ed25519SecretKey key = newKey();
    String token = Canaries.register("the token of a caller", "alk_token-of-a-caller");

    assertThat(
            CallCredentials.none()
                .withTlsIdentity(new TlsIdentity.RawKey(key))
                .withAuthToken(AuthToken.ofUtf8(token)))
        .hasToString(
            CallCredentials.none()
                .withTlsIdentity(new TlsIdentity.RawKey(newKey()))
                .withAuthToken(AuthToken.ofUtf8("alk_another"))
                .toString());
  }

  @Test
  void aTargetIsWhereToDialAndNothingElse() {
    assertThat(CallTarget.of("::1", 4433)).hasToString("[::1]:4433");
    assertThat(CallTarget.of("node.example", 4433).serverName()).isEmpty();
  }

  private static Ed25519SecretKey newKey() {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    Canaries.register("the key of a caller", key.revealSeed());
    return key;
  }
}
