package org.alknet.core.connection;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.core.identity.Identity;

/**
 * One established, encrypted connection to a peer, on which both sides open bidirectional streams
 * (RFC 9000 section 2). Hides the transport: QUIC, or a pair in memory in tests.
 *
 * <p>Stages complete on a transport thread unless a method says otherwise: continue with the {@code
 * …Async} methods and an executor of your own before doing work or blocking.
 *
 * <p>Thread-safe.
 */
public interface Connection {
  /** Returns the name of this connection for logs. */
  ConnectionId id();

  /** Returns the protocol negotiated in the handshake. */
  Alpn alpn();

  /** Returns the peer's address at the time of the handshake; informational (NAT, proxies). */
  Optional<InetSocketAddress> remoteAddress();

  /**
   * Returns the fingerprint of the credential whose possession the peer proved in the handshake, or
   * empty if it presented none. A fingerprint alone grants nothing.
   */
  Optional<String> remoteFingerprint();

  /**
   * Waits for the next stream the peer opens. Several waiting calls are served first come, first
   * served. Streams nobody has accepted yet stay unread, so flow control holds the peer back.
   *
   * @return completes with the stream, or exceptionally with {@link
   *     StreamException.ConnectionClosed} or {@link StreamException.Timeout} once the connection is
   *     gone; cancelling it never loses a stream
   */
  CompletionStage<BiStream> acceptBi();

  /**
   * Opens a stream, waiting while the peer's stream credit is exhausted.
   *
   * @return completes with the stream, or exceptionally as {@link #acceptBi()} does; cancelling it
   *     gives up the place in the queue
   */
  CompletionStage<BiStream> openBi();

  /**
   * Closes the connection and everything on it. The first call wins; later ones do nothing.
   *
   * @param code the application code the peer sees; every transport carries those up to 2^31 - 1
   * @param reason at most 256 bytes of UTF-8, cut if longer; carries no secret
   * @throws IllegalArgumentException if the transport cannot carry the code
   */
  void close(CloseCode code, String reason);

  /** Returns a stage that completes, always normally, when the connection has ended. */
  CompletionStage<CloseInfo> closed();

  /**
   * Records who the peer turned out to be, for logs and the peer graph; never for access control.
   *
   * @throws IdentityAlreadySetException if an identity was recorded before; it stays
   */
  void setIdentity(Identity identity) throws IdentityAlreadySetException;

  /** Returns the recorded identity. */
  Optional<Identity> identity();

  /**
   * Reports that a credential presented on this connection was refused. Enough of them close the
   * connection with {@link CloseCode#RATE_LIMITED} and count against the peer's address.
   */
  void credentialRejected();
}
