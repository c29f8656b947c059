package org.alknet.testkit;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.ConnectionId;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.connection.StreamException;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a peer: it has a protocol and an address, records how it was closed, and has
 * no streams ({@code acceptBi} and {@code openBi} fail with {@link StreamException.StreamClosed}).
 * For what needs a connection and never talks on it; anything else wants {@link
 * InMemoryConnection}.
 *
 * <p>Thread-safe.
 */
public final class StubConnection implements Connection {
  private final ConnectionId id = new ConnectionId("stub");
  private final Alpn alpn;
  private final Optional<InetSocketAddress> remoteAddress;
  private final Optional<String> remoteFingerprint;
  private final AtomicReference<@Nullable Identity> identity = new AtomicReference<>();
  private final AtomicInteger credentialRejections = new AtomicInteger();
  private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();

  private StubConnection(
      Alpn alpn, Optional<InetSocketAddress> remoteAddress, Optional<String> remoteFingerprint) {
    this.alpn = Objects.requireNonNull(alpn, "alpn");
    this.remoteAddress = remoteAddress;
    this.remoteFingerprint = remoteFingerprint;
  }

  /** Returns an open connection with an unknown peer. */
  public static StubConnection of(Alpn alpn) {
    return new StubConnection(alpn, Optional.empty(), Optional.empty());
  }

  /** Returns a new open connection with this peer address and the rest as here. */
  public StubConnection withRemoteAddress(InetSocketAddress address) {
    return new StubConnection(alpn, Optional.of(address), remoteFingerprint);
  }

  /** Returns a new open connection with this peer fingerprint and the rest as here. */
  public StubConnection withRemoteFingerprint(String fingerprint) {
    return new StubConnection(alpn, remoteAddress, Optional.of(fingerprint));
  }

  @Override
  public ConnectionId id() {
    return id;
  }

  @Override
  public Alpn alpn() {
    return alpn;
  }

  @Override
  public Optional<InetSocketAddress> remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Optional<String> remoteFingerprint() {
    return remoteFingerprint;
  }

  @Override
  public CompletionStage<BiStream> acceptBi() {
    return CompletableFuture.failedFuture(new StreamException.StreamClosed());
  }

  @Override
  public CompletionStage<BiStream> openBi() {
    return CompletableFuture.failedFuture(new StreamException.StreamClosed());
  }

  @Override
  public void close(CloseCode code, String reason) {
    closed.complete(new CloseInfo(code, reason, CloseInfo.By.LOCAL));
  }

  @Override
  public CompletionStage<CloseInfo> closed() {
    return closed.minimalCompletionStage();
  }

  /**
   * Returns the first close, exactly as it was asked for, or empty while the connection is open.
   */
  public Optional<CloseInfo> recordedClose() {
    return Optional.ofNullable(closed.getNow(null));
  }

  @Override
  public void setIdentity(Identity newIdentity) throws IdentityAlreadySetException {
    if (!identity.compareAndSet(null, Objects.requireNonNull(newIdentity, "newIdentity"))) {
      throw new IdentityAlreadySetException();
    }
  }

  @Override
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity.get());
  }

  /** Counts; never closes. */
  @Override
  public void credentialRejected() {
    credentialRejections.incrementAndGet();
  }

  /** Returns how often {@link #credentialRejected()} was called. */
  public int credentialRejections() {
    return credentialRejections.get();
  }
}
