package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.connection.StreamException;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.Test;

class StubConnectionTest {
  private final StubConnection stub = StubConnection.of(Alpns.CALL);

  @Test
  void reportsWhatItWasGiven() {
    InetSocketAddress address = InetSocketAddress.createUnresolved("peer.example", 7);
    StubConnection full = stub.withRemoteAddress(address).withRemoteFingerprint("print");

    assertThat(full.alpn()).isEqualTo(Alpns.CALL);
    assertThat(full.remoteAddress()).contains(address);
    assertThat(full.remoteFingerprint()).contains("print");
    assertThat(stub.remoteAddress()).isEmpty();
    assertThat(stub.remoteFingerprint()).isEmpty();
  }

  @Test
  void hasNoStreams() {
    assertThat(Await.failure(stub.acceptBi(), StreamException.StreamClosed.class))
        .hasMessage("stream closed");
    assertThat(Await.failure(stub.openBi(), StreamException.StreamClosed.class))
        .hasMessage("stream closed");
  }

  @Test
  void recordsTheFirstClose() {
    assertThat(stub.recordedClose()).isEmpty();

    stub.close(CloseCode.PROTOCOL_ERROR, "first");
    stub.close(CloseCode.NO_ERROR, "second");

    CloseInfo first = new CloseInfo(CloseCode.PROTOCOL_ERROR, "first", CloseInfo.By.LOCAL);
    assertThat(stub.recordedClose()).contains(first);
    assertThat(Await.result(stub.closed())).isEqualTo(first);
  }

  @Test
  void identityIsWrittenOnce() throws IdentityAlreadySetException {
    stub.setIdentity(Identity.of("first"));

    assertThatThrownBy(() -> stub.setIdentity(Identity.of("second")))
        .isInstanceOf(IdentityAlreadySetException.class);
    assertThat(stub.identity()).contains(Identity.of("first"));
  }

  @Test
  void rejectedCredentialsAreCounted() {
    stub.credentialRejected();
    stub.credentialRejected();

    assertThat(stub.credentialRejections()).isEqualTo(2);
  }
}
