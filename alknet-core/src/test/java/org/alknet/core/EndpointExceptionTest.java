package org.alknet.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class EndpointExceptionTest {
  @Test
  void messagesAreTheDocumentedOnes() {
    IOException cause = new IOException("why");

    assertThat(new EndpointException.BindFailed(cause))
        .hasMessage("bind failed: why")
        .hasCause(cause);
    assertThat(new EndpointException.TlsConfig(cause))
        .hasMessage("tls config error: why")
        .hasCause(cause);
    assertThat(new EndpointException.HandlerNotFound(Loopback.ECHO))
        .hasMessage("handler not found for ALPN test/echo");
  }
}
