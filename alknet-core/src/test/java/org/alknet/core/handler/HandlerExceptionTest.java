package org.alknet.core.handler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.alknet.core.connection.StreamException;
import org.junit.jupiter.api.Test;

class HandlerExceptionTest {
  @Test
  void aClosedConnectionStaysAClosedConnection() {
    assertThat(HandlerException.from(new StreamException.ConnectionClosed()))
        .isInstanceOf(HandlerException.ConnectionClosed.class)
        .hasMessage("connection closed")
        .hasNoCause();
  }

  @Test
  void aClosedStreamBecomesAConnectionReset() {
    HandlerException converted = HandlerException.from(new StreamException.StreamClosed());

    assertThat(converted)
        .isInstanceOf(HandlerException.StreamError.class)
        .hasMessage("stream error: stream closed");
    assertThat(converted.getCause())
        .isExactlyInstanceOf(SocketException.class)
        .hasMessage("stream closed");
  }

  @Test
  void aTimeoutBecomesATimeout() {
    HandlerException converted = HandlerException.from(new StreamException.Timeout());

    assertThat(converted)
        .isInstanceOf(HandlerException.StreamError.class)
        .hasMessage("stream error: stream timed out");
    assertThat(converted.getCause())
        .isExactlyInstanceOf(SocketTimeoutException.class)
        .hasMessage("stream timed out");
  }

  @Test
  void anInternalFailureKeepsItsCause() {
    IOException cause = new IOException("why");

    assertThat(HandlerException.from(new StreamException.Internal(cause)))
        .isInstanceOf(HandlerException.StreamError.class)
        .hasMessage("stream error: why")
        .hasCause(cause);
  }

  @Test
  void messagesAndCausesAreTheDocumentedOnes() {
    IOException io = new IOException("why");
    RuntimeException bug = new IllegalStateException("bug");

    assertThat(new HandlerException.ConnectionClosed())
        .hasMessage("connection closed")
        .hasNoCause();
    assertThat(new HandlerException.StreamError(io)).hasMessage("stream error: why").hasCause(io);
    assertThat(new HandlerException.AuthRequired())
        .hasMessage("authentication required")
        .hasNoCause();
    assertThat(new HandlerException.Internal(bug))
        .hasMessage("internal handler error: bug")
        .hasCause(bug);
  }

  @Test
  void theShutdownSignalIsGivenOnce() {
    ShutdownSignal signal = new ShutdownSignal();
    assertThat(signal.isTriggered()).isFalse();

    signal.trigger();
    signal.trigger();

    assertThat(signal.isTriggered()).isTrue();
    assertThat(signal.whenTriggered().toCompletableFuture()).isCompleted();
  }
}
