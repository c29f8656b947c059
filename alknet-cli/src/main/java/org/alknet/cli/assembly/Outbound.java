package org.alknet.cli.assembly;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.config.StaticConfig;
import org.alknet.http.client.ClientSetupException;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;

/**
 * The one HTTP client of a node, by which its imported operations reach their services. It trusts
 * the authorities of the system, and those of {@code transport.ca_bundle}.
 *
 * <p>Thread-safe. Owns its threads until {@link #close()}.
 */
final class Outbound implements AutoCloseable {
  private static final int THREADS = 4;

  private final ExecutorService threads;
  private final OutboundHttpClient client;

  private Outbound(ExecutorService threads, OutboundHttpClient client) {
    this.threads = threads;
    this.client = client;
  }

  /**
   * Makes a client.
   *
   * @throws NodeException if the bundle of authorities cannot be used
   */
  static Outbound open(StaticConfig config) throws NodeException {
    AtomicInteger count = new AtomicInteger();
    // Nothing blocks on these: they pass on what came. Their queue is bounded by the client, which
    // has so many requests under way and no more.
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "alknet-outbound-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    HttpClientConfig defaults = HttpClientConfig.defaults();
    try {
      return new Outbound(
          threads,
          OutboundHttpClient.create(
              config.transport().caBundle().map(defaults::withCaBundle).orElse(defaults), threads));
    } catch (ClientSetupException unusable) {
      threads.shutdown();
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(unusable.getMessage()),
          unusable,
          List.of());
    }
  }

  OutboundHttpClient client() {
    return client;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
