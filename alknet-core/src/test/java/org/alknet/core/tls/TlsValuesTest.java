package org.alknet.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.core.identity.PeerEntry;
import org.junit.jupiter.api.Test;

class TlsValuesTest {
  private static final String PRINT_A = "ed25519:" + "a".repeat(64);
  private static final String PRINT_B = "SHA256:" + "b".repeat(64);

  @Test
  void acmeDirectoriesHaveTheirAddresses() {
    assertThat(new AcmeDirectory.Production().url())
        .isEqualTo("https://acme-v02.api.letsencrypt.org/directory");
    assertThat(new AcmeDirectory.Staging().url())
        .isEqualTo("https://acme-staging-v02.api.letsencrypt.org/directory");
    assertThat(new AcmeDirectory.Custom("https://ca.example.org/acme").url())
        .isEqualTo("https://ca.example.org/acme");
  }

  @Test
  void aCustomAcmeDirectoryIsAnHttpsAddress() {
    for (String url : List.of("http://ca.example.org/acme", "ca.example.org", "https:///x", "")) {
      assertThatIllegalArgumentException().isThrownBy(() -> new AcmeDirectory.Custom(url));
    }
  }

  @Test
  void acmeNeedsADomain() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new TlsIdentity.Acme(
                    List.of(), Path.of("cache"), new AcmeDirectory.Staging(), Optional.empty()));
  }

  @Test
  void defaultCredentialsLeaveBothSidesAbsent() {
    assertThat(ConnectionCredentials.none().localIdentity()).isEmpty();
    assertThat(ConnectionCredentials.none().remoteIdentity()).isEmpty();
  }

  @Test
  void credentialsAreAddedOneByOne() {
    TlsIdentity local = new TlsIdentity.RawKey(Ed25519SecretKey.generate());
    RemoteIdentity remote = RemoteIdentity.of(PRINT_A);
    ConnectionCredentials credentials =
        ConnectionCredentials.none().withLocalIdentity(local).withRemoteIdentity(remote);

    assertThat(credentials.localIdentity()).hasValue(local);
    assertThat(credentials.remoteIdentity()).hasValue(remote);
    assertThat(ConnectionCredentials.none().remoteIdentity()).isEmpty();
  }

  @Test
  void anyPinOfAPeerMatchesAndNothingElse() {
    RemoteIdentity remote =
        RemoteIdentity.forPeer(PeerEntry.builder("hub").fingerprints(PRINT_A, PRINT_B).build());

    assertThat(remote.pins()).isEqualTo(Set.of(PRINT_A, PRINT_B));
    assertThat(remote.matches(PRINT_A)).isTrue();
    assertThat(remote.matches(PRINT_B)).isTrue();
    assertThat(remote.matches("ed25519:" + "b".repeat(64))).isFalse();
    assertThat(remote.matches("SHA256:" + "a".repeat(64))).isFalse();
    assertThat(remote.enabled()).isTrue();
  }

  @Test
  void pinsOfADisabledPeerSaySo() {
    PeerEntry disabled = PeerEntry.builder("hub").fingerprints(PRINT_A).enabled(false).build();

    assertThat(RemoteIdentity.forPeer(disabled).enabled()).isFalse();
  }

  @Test
  void pinsAreNormalisedAndNeverEmptyOrMalformed() {
    assertThat(RemoteIdentity.of("ed25519:" + "A".repeat(64)))
        .isEqualTo(RemoteIdentity.of(PRINT_A));
    assertThatIllegalArgumentException().isThrownBy(RemoteIdentity::of);
    assertThatIllegalArgumentException().isThrownBy(() -> RemoteIdentity.of("ed25519:aa"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteIdentity.forPeer(PeerEntry.builder("a").build()));
  }
}
