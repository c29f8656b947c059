package org.alknet.call.soak;

import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many short connections with a few calls each, in a process of its own: a server and a client over
 * QUIC on loopback. Prints what is left when both are closed. Whoever starts it looks for leak
 * reports of the transport in its error output.
 *
 * <p>Arguments: connections, calls per connection, dialling threads.
 */
public final class Soak {
  private static final JsonMapper JSON = new JsonMapper();
  private static final long LIMIT_SECONDS = 30;

  private Soak() {}

  /** Runs the soak and prints one line of figures. */
  public static void main(String[] args) throws Exception {
    int connections = Integer.parseInt(args[0]);
    int callsEach = Integer.parseInt(args[1]);
    int threads = Integer.parseInt(args[2]);
    run(20, callsEach, 1); // loads classes and whatever the JVM keeps open from then on
    int threadsBefore = ownThreads();
    int descriptorsBefore = descriptors();
    long began = System.nanoTime();

    run(connections, callsEach, threads);

    double seconds = (System.nanoTime() - began) / 1e9;
    provokeLeakReports();
    System.out.printf(
        Locale.ROOT,
        "connections=%d calls=%d seconds=%.1f threads_left=%d descriptors_left=%d%n",
        connections,
        connections * callsEach,
        seconds,
        settled(Soak::ownThreads, threadsBefore),
        settled(Soak::descriptors, descriptorsBefore));
  }

  private static void run(int connections, int callsEach, int threads) throws Exception {
    ConfigSnapshot nobody = ConfigSnapshot.of(DynamicConfig.defaults());
    IdentityProvider identities = new ConfigIdentityProvider(nobody);
    OperationRegistry echo =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("soak/echo").build(),
                (input, context) ->
                    CompletableFuture.completedFuture(
                        ResponseEnvelope.ok(context.requestId(), input)))
            .build();
    ExecutorService diallers = Executors.newFixedThreadPool(threads);
    try (CallAdapter calls = CallAdapter.of(echo, identities);
        AlknetEndpoint server =
            AlknetEndpoint.start(
                    StaticConfig.builder()
                        .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                        .build(),
                    HandlerRegistry.builder().register(calls).build(),
                    nobody,
                    identities)
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        CallClient client = CallClient.builder(OperationRegistry.empty(), identities).build()) {
      AtomicInteger left = new AtomicInteger(connections);
      List<Future<?>> running =
          IntStream.range(0, threads)
              .<Future<?>>mapToObj(
                  i ->
                      diallers.submit(
                          () -> {
                            while (left.getAndDecrement() > 0) {
                              connectAndCall(client, server, callsEach);
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> dialler : running) {
        dialler.get();
      }
    } finally {
      diallers.shutdown();
    }
  }

  private static void connectAndCall(CallClient client, AlknetEndpoint server, int calls)
      throws Exception {
    InetSocketAddress address = server.localAddress();
    try (CallConnection connection =
        client
            .connect(
                CallTarget.of(address.getAddress().getHostAddress(), address.getPort()),
                CallCredentials.none()
                    .withTlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                    .withRemoteIdentity(RemoteIdentity.of(server.fingerprint().orElseThrow())))
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      for (int i = 0; i < calls; i++) {
        ResponseEnvelope answer =
            connection
                .call("soak/echo", JSON.createObjectNode().put("i", i))
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!(answer.result() instanceof CallResult.Ok ok)
            || ok.output().get("i").intValue() != i) {
          throw new AssertionError("call " + i + " was answered with " + answer.result());
        }
      }
    }
  }

  /** A leaked buffer is reported when the collector has found it and another one is allocated. */
  private static void provokeLeakReports() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      run(2, 2, 1);
    }
  }

  private static int ownThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.isAlive() && thread.getName().startsWith("alknet-"))
            .count();
  }

  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  /** Returns how much more there is than before, once it no longer shrinks or time is up. */
  private static int settled(IntSupplier count, int before) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (count.getAsInt() > before && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return Math.max(0, count.getAsInt() - before);
  }
}
