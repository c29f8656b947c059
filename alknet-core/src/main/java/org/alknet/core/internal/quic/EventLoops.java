package org.alknet.core.internal.quic;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Creates and stops the threads that move packets. */
public final class EventLoops {
  private EventLoops() {}

  /**
   * Creates a group.
   *
   * @param name prefix of its thread names
   * @param daemon whether the threads let the process end
   */
  public static EventLoopGroup create(String name, int threads, boolean daemon) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, daemon), NioIoHandler.newFactory());
  }

  /** Stops a group; completes when its threads have ended or the limit has passed. */
  public static CompletionStage<Void> stop(EventLoopGroup group, Duration limit) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    group
        .shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS)
        .addListener(done -> stopped.complete(null));
    return stopped;
  }
}
