package org.alknet.examples.peers;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.KeyFile;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;

/** What the programs of this example have in common. */
final class Nodes {
  private Nodes() {}

  /** A silent connection is noticed soon, so that a worker that was killed is missed soon. */
  static TransportConfig transport() {
    return TransportConfig.builder().maxIdleTimeout(Duration.ofSeconds(3)).build();
  }

  /** Reads the node's own key; a file that others can read is refused. */
  static TlsIdentity identity(String keyFile) throws ConfigException {
    return new TlsIdentity.RawKey(KeyFile.read(Path.of(keyFile)));
  }

  /** A peer by its key, given as {@code name=fingerprint}. */
  static PeerEntry peer(String text, String... scopes) {
    int at = text.indexOf('=');
    return PeerEntry.builder(text.substring(0, at))
        .fingerprints(text.substring(at + 1))
        .scopes(scopes)
        .build();
  }

  /** Who we are and whom we expect, and nobody else. */
  static CallCredentials credentials(TlsIdentity own, PeerEntry remote) {
    return CallCredentials.none()
        .withTlsIdentity(own)
        .withRemoteIdentity(RemoteIdentity.forPeer(remote));
  }

  /** An address given as {@code host:port}. */
  static CallTarget target(String text) {
    int at = text.lastIndexOf(':');
    return CallTarget.of(text.substring(0, at), Integer.parseInt(text.substring(at + 1)));
  }

  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  static CompletableFuture<ResponseEnvelope> answer(OperationContext context, JsonNode output) {
    return CompletableFuture.completedFuture(ResponseEnvelope.ok(context.requestId(), output));
  }

  /** Tells whoever started this program what happens, one line at a time. */
  static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
