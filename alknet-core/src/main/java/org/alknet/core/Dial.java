package org.alknet.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.internal.quic.DialFailure;
import org.alknet.core.internal.quic.QuicConnection;
import org.alknet.core.internal.quic.QuicDialer;
import org.alknet.core.internal.tls.ServerVerification;
import org.alknet.core.observe.LogLine;
import org.alknet.core.tls.ConnectionCredentials;

/**
 * One dial: looks the name up and tries its addresses one after the other. Only an address that
 * does not answer leads to the next; a server that was refused is an answer.
 */
final class Dial {
  private static final Logger LOG = System.getLogger(Dial.class.getName());
  private static final int MAX_ADDRESSES = 4;

  /** The transport's own timer comes first, because it knows more. */
  private static final long GRACE_MILLIS = 500;

  private final QuicDialer dialer;
  private final RemoteAddress remote;
  private final Alpn alpn;
  private final ConnectionCredentials credentials;
  private final Duration limit;
  private final long began = System.nanoTime();
  private final CompletableFuture<Connection> result;

  /** How names become addresses. */
  interface Lookup {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  Dial(
      QuicDialer dialer,
      RemoteAddress remote,
      Alpn alpn,
      ConnectionCredentials credentials,
      Duration limit,
      CompletableFuture<Connection> result) {
    this.dialer = dialer;
    this.remote = remote;
    this.alpn = alpn;
    this.credentials = credentials;
    this.limit = limit;
    this.result = result;
    result
        .copy()
        .orTimeout(limit.toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              if (failure instanceof TimeoutException) {
                timedOut();
              }
              return null;
            });
  }

  /** Blocks for as long as the look-up does. */
  void start(Lookup lookup) {
    try {
      attempt(lookup.addressesOf(remote.host()), 0);
    } catch (UnknownHostException unknown) {
      result.completeExceptionally(new DialException.UnknownHost(remote.host(), unknown));
    } catch (RuntimeException unusable) {
      result.completeExceptionally(
          new DialException.LocalSetup("cannot dial " + remote + " from here", unusable));
    }
  }

  private void attempt(InetAddress[] addresses, int index) {
    int last = Math.min(addresses.length, MAX_ADDRESSES) - 1;
    Duration left = limit.minusNanos(System.nanoTime() - began).dividedBy(last - index + 1);
    if (left.toMillis() <= 0) {
      timedOut();
      return;
    }
    CompletableFuture<QuicConnection> dial =
        dialer.dial(
            addresses[index],
            remote.port(),
            remote.verifiedName(),
            alpn,
            credentials.localIdentity(),
            credentials.remoteIdentity(),
            left);
    CompletionStage<QuicConnection> attempt = dial;
    attempt.whenComplete(
        (connection, failure) -> {
          if (failure == null) {
            if (!result.complete(connection)) {
              connection.close(CloseCode.NO_ERROR, "");
            }
          } else if (index < last && gotNoAnswer(failure) && !result.isDone()) {
            attempt(addresses, index + 1);
          } else {
            result.completeExceptionally(translate(failure));
          }
        });
    CompletionStage<Connection> watched = result;
    watched.whenComplete((connection, failure) -> dial.cancel(false));
  }

  private void timedOut() {
    result.completeExceptionally(
        new DialException.Timeout(
            "no connection to " + remote + " within " + limit.toMillis() + " ms"));
  }

  private static boolean gotNoAnswer(Throwable failure) {
    return unwrap(failure) instanceof DialFailure dial
        && (dial.kind() == DialFailure.Kind.TIMEOUT || dial.kind() == DialFailure.Kind.UNREACHABLE);
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private DialException translate(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (!(cause instanceof DialFailure dial)) {
      return new DialException.Refused("the dial to " + remote + " was given up", cause);
    }
    String message = "cannot connect to " + remote + ": " + dial.getMessage();
    return switch (dial.kind()) {
      case TIMEOUT -> new DialException.Timeout(message);
      case NO_COMMON_ALPN -> new DialException.NoCommonAlpn(message);
      case SETUP -> new DialException.LocalSetup(message, dial);
      case VERIFICATION -> verification(dial.verification().orElseThrow(), dial);
      case REFUSED, UNREACHABLE -> new DialException.Refused(message, dial);
    };
  }

  private DialException verification(ServerVerification.Failure failure, DialFailure cause) {
    LOG.log(
        Level.WARNING,
        () ->
            LogLine.event("server_refused")
                .field("remote", remote.toString())
                .field("presented", failure.presented().orElse("none"))
                .field("reason", failure.detail())
                .toString());
    return new DialException.PeerVerification(
        reason(failure.refusal()),
        failure.presented().orElse(null),
        "cannot verify " + remote + ": " + failure.detail(),
        cause);
  }

  private static DialException.PeerVerification.Reason reason(ServerVerification.Refusal refusal) {
    return switch (refusal) {
      case PIN_MISMATCH -> DialException.PeerVerification.Reason.PIN_MISMATCH;
      case RAW_KEY_WITHOUT_PIN -> DialException.PeerVerification.Reason.RAW_KEY_WITHOUT_PIN;
      case HOST_NAME -> DialException.PeerVerification.Reason.HOST_NAME_MISMATCH;
      case UNTRUSTED -> DialException.PeerVerification.Reason.UNTRUSTED_CERTIFICATE;
    };
  }
}
