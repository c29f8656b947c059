package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;

/**
 * The other side of a connection, played by a test: it opens and accepts streams and does on them
 * exactly what the test says, sense or nonsense. Works on any {@link Connection} and knows no
 * protocol.
 *
 * <p>Not thread-safe; its methods wait, so call them from the test's own thread only.
 */
public final class ScriptedPeer {
  private final Connection connection;

  private ScriptedPeer(Connection connection) {
    this.connection = Objects.requireNonNull(connection, "connection");
  }

  /** Takes over one end of a connection. */
  public static ScriptedPeer on(Connection connection) {
    return new ScriptedPeer(connection);
  }

  /** Returns the end it plays. */
  public Connection connection() {
    return connection;
  }

  /** Opens a stream. The other side learns of it from the first thing sent on it. */
  public ScriptedStream open() {
    return ScriptedStream.of(Await.result(connection.openBi()));
  }

  /** Waits for a stream of the other side. */
  public ScriptedStream accept() {
    return ScriptedStream.of(Await.result(connection.acceptBi()));
  }

  /** Closes the connection. */
  public void close(CloseCode code, String reason) {
    connection.close(code, reason);
  }

  /** Waits for the other side to close the connection, asserts its code and returns the details. */
  public CloseInfo expectClosed(CloseCode code) {
    CloseInfo info = Await.result(connection.closed());
    assertThat(info.by()).as("who closed: %s", info).isEqualTo(CloseInfo.By.REMOTE);
    assertThat(info.code()).as("code of %s", info).isEqualTo(code);
    return info;
  }
}
