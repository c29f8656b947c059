package org.alknet.testkit;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
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
 * One end of a connection that never leaves the process: streams, back-pressure, stream credit,
 * resets and closing behave as over QUIC, without sockets, encryption or time.
 *
 * <p>A pair has no thread. Stages complete on the thread that causes it: a read completes on the
 * writer's thread if it waited, before {@code read} returns if bytes were there. Completions and
 * callbacks of one end run one after another, never under a lock and never inside one another, so
 * callbacks may answer each other for ever without deepening the stack; while one blocks, its end
 * stands still, as an event loop would.
 *
 * <p>As over QUIC, the peer can accept a stream only after something was sent on it, and bytes that
 * were not read when the connection closes are lost.
 *
 * <p>Thread-safe.
 */
public final class InMemoryConnection implements Connection {
  private static final int MAX_WAITING = 65_536;
  private static final int MAX_REASON_BYTES = 256;

  /** Guards the state of both ends and of every stream between them; shared by the pair. */
  final Object lock;

  private final ConnectionId id;
  private final Alpn alpn;
  private final int streamLimit;
  private final int bufferBytes;
  private final int maxAuthAttempts;
  private final Optional<InetSocketAddress> remoteAddress;
  private final Optional<String> remoteFingerprint;
  private final AtomicReference<@Nullable Identity> identity;
  private final Trampoline completions;
  private final CompletableFuture<CloseInfo> closed;

  /** Set once, before anybody else sees the pair. */
  private @Nullable InMemoryConnection peer;

  // Guarded by lock.
  private final ArrayDeque<BiStream> arrived = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<BiStream>> accepts = new ArrayDeque<>();
  private final ArrayDeque<CompletableFuture<BiStream>> opens = new ArrayDeque<>();
  private final Set<InMemoryStream> opened = new HashSet<>();
  private @Nullable CloseInfo end;
  private int credentialRejections;

  /**
   * Two connected ends; by convention the left one dialled.
   *
   * <p>Immutable.
   *
   * @param left one end
   * @param right the other end
   */
  public record Pair(InMemoryConnection left, InMemoryConnection right) {}

  private InMemoryConnection(
      InMemoryPairBuilder settings, String side, Object lock, InMemoryPairBuilder.Side remote) {
    this.lock = lock;
    this.id =
        new ConnectionId(
            "mem-" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "-" + side);
    this.alpn = settings.alpn;
    this.streamLimit = settings.streamLimit;
    this.bufferBytes = settings.bufferBytes;
    this.maxAuthAttempts = settings.maxAuthAttempts;
    this.remoteAddress = remote.address;
    this.remoteFingerprint = remote.fingerprint;
    this.identity = new AtomicReference<>(remote.identity.orElse(null));
    this.completions = new Trampoline(settings.executor);
    this.closed = newFuture();
  }

  /** Returns two connected anonymous ends with the default limits. */
  public static Pair pair(Alpn alpn) {
    return builder(alpn).pair();
  }

  /** Starts a pair with other limits, or with ends that are somebody. */
  public static InMemoryPairBuilder builder(Alpn alpn) {
    return new InMemoryPairBuilder(alpn);
  }

  static Pair connect(InMemoryPairBuilder settings) {
    Object lock = new Object();
    InMemoryConnection left = new InMemoryConnection(settings, "left", lock, settings.right);
    InMemoryConnection right = new InMemoryConnection(settings, "right", lock, settings.left);
    left.peer = right;
    right.peer = left;
    return new Pair(left, right);
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
    return waitIn(accepts);
  }

  @Override
  public CompletionStage<BiStream> openBi() {
    return waitIn(opens);
  }

  private CompletionStage<BiStream> waitIn(ArrayDeque<CompletableFuture<BiStream>> queue) {
    CompletableFuture<BiStream> waiter = newFuture();
    synchronized (lock) {
      StreamException gone = failure();
      if (gone != null) {
        later(() -> waiter.completeExceptionally(gone));
      } else {
        if (queue.size() >= MAX_WAITING) {
          queue.removeIf(CompletableFuture::isDone);
        }
        if (queue.size() >= MAX_WAITING) {
          throw new IllegalStateException(MAX_WAITING + " calls are waiting for a stream");
        }
        queue.add(waiter);
        serve();
      }
    }
    kick();
    return waiter;
  }

  /** Hands out what can be handed out; called with the lock held. */
  private void serve() {
    while (!arrived.isEmpty()) {
      CompletableFuture<BiStream> waiter = nextWaiter(accepts);
      if (waiter == null) {
        break;
      }
      BiStream stream = arrived.remove();
      later(
          () -> {
            if (!waiter.complete(stream)) {
              putBack(stream);
            }
          });
    }
    while (opened.size() < streamLimit) {
      CompletableFuture<BiStream> waiter = nextWaiter(opens);
      if (waiter == null) {
        break;
      }
      InMemoryStream stream = new InMemoryStream(this, peer(), bufferBytes);
      opened.add(stream);
      later(
          () -> {
            if (!waiter.complete(stream.openerView())) {
              discard(stream);
            }
          });
    }
  }

  private static @Nullable CompletableFuture<BiStream> nextWaiter(
      ArrayDeque<CompletableFuture<BiStream>> queue) {
    CompletableFuture<BiStream> waiter = queue.poll();
    while (waiter != null && waiter.isDone()) {
      waiter = queue.poll();
    }
    return waiter;
  }

  /** Takes a stream back whose waiter gave up after it had been chosen. */
  private void putBack(BiStream stream) {
    synchronized (lock) {
      if (end == null) {
        arrived.addFirst(stream);
        serve();
      }
    }
    kick();
  }

  /** Takes back a stream that nobody got, and so nobody used. */
  private void discard(InMemoryStream stream) {
    synchronized (lock) {
      streamEnded(stream);
    }
    kick();
  }

  /** Queues a stream of the peer; called with the lock held. */
  void arrived(BiStream stream) {
    arrived.add(stream);
    serve();
  }

  /** Returns the credit of a stream this end had opened; called with the lock held. */
  void streamEnded(InMemoryStream stream) {
    opened.remove(stream);
    if (end == null) {
      serve();
    }
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (code.value() > Integer.MAX_VALUE) {
      // It could be carried here, but not by every transport.
      throw new IllegalArgumentException("a close code is at most 2^31 - 1, not " + code.value());
    }
    String cut = cut(Objects.requireNonNull(reason, "reason"));
    end(
        new CloseInfo(code, cut, CloseInfo.By.LOCAL),
        new CloseInfo(code, escape(cut), CloseInfo.By.REMOTE));
  }

  /**
   * Ends the connection on both sides as if neither had heard of the other for the idle timeout.
   * Does nothing if it has ended.
   */
  public void timeOut() {
    CloseInfo info = new CloseInfo(CloseCode.NO_ERROR, "", CloseInfo.By.TIMEOUT);
    end(info, info);
  }

  private void end(CloseInfo here, CloseInfo there) {
    synchronized (lock) {
      if (end == null) {
        // Both ends first: what fails on one side must not find the other one still alive.
        end = here;
        peer().end = there;
        failEverything();
        peer().failEverything();
        later(() -> closed.complete(here));
        peer().later(() -> peer().closed.complete(there));
      }
    }
    kick();
  }

  private void failEverything() {
    opened.forEach(InMemoryStream::connectionGone);
    opened.clear();
    arrived.clear();
    for (ArrayDeque<CompletableFuture<BiStream>> queue : List.of(accepts, opens)) {
      for (CompletableFuture<BiStream> waiter : queue) {
        StreamException gone = Objects.requireNonNull(failure());
        later(() -> waiter.completeExceptionally(gone));
      }
      queue.clear();
    }
  }

  @Override
  public CompletionStage<CloseInfo> closed() {
    return closed.copy();
  }

  @Override
  public void setIdentity(Identity newIdentity) throws IdentityAlreadySetException {
    Objects.requireNonNull(newIdentity, "newIdentity");
    if (!identity.compareAndSet(null, newIdentity)) {
      throw new IdentityAlreadySetException();
    }
  }

  @Override
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity.get());
  }

  @Override
  public void credentialRejected() {
    boolean enough;
    synchronized (lock) {
      credentialRejections++;
      enough = credentialRejections >= maxAuthAttempts;
    }
    if (enough) {
      close(CloseCode.RATE_LIMITED, "");
    }
  }

  /** Returns how often {@link #credentialRejected()} was called on this end. */
  public int credentialRejections() {
    synchronized (lock) {
      return credentialRejections;
    }
  }

  @Override
  public String toString() {
    return "InMemoryConnection[" + id + ", " + alpn + "]";
  }

  /** Returns why nothing works any more, or null; called with the lock held. */
  @Nullable StreamException failure() {
    if (end == null) {
      return null;
    }
    return end.by() == CloseInfo.By.TIMEOUT
        ? new StreamException.Timeout()
        : new StreamException.ConnectionClosed();
  }

  /** Returns a future whose callbacks run as completions of this end. */
  <T> CompletableFuture<T> newFuture() {
    return new TrampolineFuture<>(completions);
  }

  /** Adds a completion of this end; called with the lock held. */
  void later(Runnable completion) {
    completions.add(completion);
  }

  /** Runs the completions of both ends; called without the lock. */
  void kick() {
    completions.kick();
    peer().completions.kick();
  }

  private InMemoryConnection peer() {
    return Objects.requireNonNull(peer);
  }

  /** Cuts a text so that its UTF-8 form fits, never inside a character. */
  private static String cut(String reason) {
    ByteBuffer room = ByteBuffer.allocate(MAX_REASON_BYTES);
    CharBuffer text = CharBuffer.wrap(reason);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(text, room, true);
    return StandardCharsets.UTF_8.decode(room.flip()).toString();
  }

  private static String escape(String reason) {
    StringBuilder text = new StringBuilder(reason.length());
    for (int i = 0; i < reason.length(); i++) {
      char c = reason.charAt(i);
      if (Character.isISOControl(c)) {
        text.append(String.format("\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
