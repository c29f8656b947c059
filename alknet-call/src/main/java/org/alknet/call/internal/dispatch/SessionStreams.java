package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.LinkOwner;
import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.wire.FrameReader;
import org.alknet.call.wire.ReadBudget;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one QUIC connection: those the peer opens and those we open, until each has
 * finished in both directions or was let go (spec/call.md section 4, G-22).
 *
 * <p>Thread-safe. The transport bounds how many there are.
 */
final class SessionStreams {
  private static final Logger LOG = System.getLogger(SessionStreams.class.getName());

  private final CallRuntime runtime;
  private final Connection connection;
  private final LinkOwner owner;
  private final int maxFrameBytes;
  private final ReadBudget budget;
  private final Set<StreamLink> open = ConcurrentHashMap.newKeySet();

  SessionStreams(CallRuntime runtime, Connection connection, LinkOwner owner, int maxFrameBytes) {
    this.runtime = runtime;
    this.connection = connection;
    this.owner = owner;
    this.maxFrameBytes = maxFrameBytes;
    this.budget = runtime.budget().within(runtime.limits().readBudgetBytes());
  }

  /** Accepts what the peer opens, for as long as the connection lasts. */
  void accept() {
    while (true) {
      CompletionStage<BiStream> next = connection.acceptBi();
      CompletableFuture<BiStream> future = next.toCompletableFuture();
      if (!future.isDone()) {
        Stages.listen(
            next,
            (stream, failure) -> {
              if (accepted(stream, failure)) {
                accept();
              }
            });
        return;
      }
      BiStream stream = null;
      Throwable failure = null;
      try {
        stream = future.join();
      } catch (RuntimeException wrapped) {
        failure = wrapped.getCause();
      }
      if (!accepted(stream, failure)) {
        return;
      }
    }
  }

  private boolean accepted(@Nullable BiStream stream, @Nullable Throwable failure) {
    if (stream == null) {
      LOG.log(Level.DEBUG, "conn_id={0} no more streams: {1}", connection.id().text(), failure);
      return false;
    }
    link(stream, StreamLink.Role.ACCEPTED).start();
    return true;
  }

  private StreamLink link(BiStream stream, StreamLink.Role role) {
    FrameReader reader = new FrameReader(stream.recv(), maxFrameBytes, budget, runtime.executor());
    StreamLink link = new StreamLink(stream, role, reader, owner, runtime.timer()::nanos);
    open.add(link);
    return link;
  }

  /** Opens a stream; cancelling the result gives up the place in the queue. */
  CompletableFuture<Link> open(StreamLink.Role role) {
    CompletionStage<BiStream> opening = connection.openBi();
    CompletableFuture<Link> result = new CompletableFuture<>();
    Stages.listen(
        opening,
        (stream, failure) -> {
          if (stream == null) {
            result.completeExceptionally(
                failure == null ? new IllegalStateException("no stream") : failure);
            return;
          }
          StreamLink link = link(stream, role);
          if (role == StreamLink.Role.REPLY) {
            link.owe();
          }
          if (result.complete(link)) {
            link.start();
          } else {
            link.close();
          }
        });
    Stages.listen(
        result,
        (link, failure) -> {
          if (result.isCancelled()) {
            opening.toCompletableFuture().cancel(false);
          }
        });
    return result;
  }

  boolean isOpen(Link link) {
    return link instanceof StreamLink stream && open.contains(stream);
  }

  /** Returns how many there are. */
  int size() {
    return open.size();
  }

  void finished(Link link) {
    if (link instanceof StreamLink stream) {
      open.remove(stream);
    }
  }

  /**
   * Lets go of those on which nothing happens.
   *
   * @param inUse whether requests wait for answers on a stream that we opened
   */
  void sweep(Predicate<Link> inUse) {
    long now = runtime.timer().nanos();
    long idle = runtime.limits().idleStream().toNanos();
    for (StreamLink stream : open) {
      switch (stream.role()) {
        case ACCEPTED, REPLY -> {
          if (stream.isIdleSince(now - idle)) {
            stream.close();
          }
        }
        case SHARED -> {
          // Sooner than the peer would, so that no request is on its way to a closed stream.
          if (stream.isIdleSince(now - idle / 2) && !inUse.test(stream)) {
            stream.close();
          }
        }
        case DEDICATED -> {}
      }
    }
  }

  /** The connection is gone, and all streams with it. */
  void end() {
    open.clear();
  }
}
