package org.alknet.core.internal.quic;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The threads that move packets. Whoever creates them stops them.
 *
 * <p>Thread-safe.
 */
public final class EventLoops {
  private final EventLoopGroup group;

  private EventLoops(EventLoopGroup group) {
    this.group = group;
  }

  /**
   * Starts threads.
   *
   * @param name prefix of their names
   * @param daemon whether they let the process end
   */
  public static EventLoops create(String name, int threads, boolean daemon) {
    return new EventLoops(
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory(name, daemon), NioIoHandler.newFactory()));
  }

  EventLoopGroup group() {
    return group;
  }

  /** Returns the loops one by one, always in the same order. */
  List<EventLoop> each() {
    List<EventLoop> loops = new ArrayList<>();
    group.forEach(executor -> loops.add((EventLoop) executor));
    return loops;
  }

  /** Stops the threads; completes when they have ended or the limit has passed. */
  public CompletionStage<Void> stop(Duration limit) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    group
        .shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS)
        .addListener(done -> stopped.complete(null));
    return stopped;
  }
}
