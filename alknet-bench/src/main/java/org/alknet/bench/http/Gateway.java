package org.alknet.bench.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.http.HttpServer;

/** The HTTP face of a node with an echo and an endless subscription, as a program sets it up. */
final class Gateway implements AutoCloseable {
  private static final String INPUT =
      "{\"path\":\"/var/lib/service/documents/2026/11/report.txt\",\"offset\":16384,"
          + "\"limit\":4096,\"follow\":true}";

  /** What is asked of the gateway, and as many bytes of the bare server. */
  static final byte[] CALL =
      ("{\"operation\":\"bench/echo\",\"input\":" + INPUT + "}").getBytes(StandardCharsets.UTF_8);

  static final byte[] SUBSCRIPTION =
      ("{\"operation\":\"bench/stream\",\"input\":" + INPUT + "}").getBytes(StandardCharsets.UTF_8);

  /** An event, as it is on the wire. */
  static final byte[] EVENT = ("data: " + INPUT + "\n\n").getBytes(StandardCharsets.UTF_8);

  private final CallAdapter calls;
  private final HttpServer server;
  private final int secure;
  private final int clear;

  Gateway(Path certificate, Path key) throws Exception {
    ConfigIdentityProvider nobody =
        new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults()));
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("bench/echo").build(),
                (value, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value)))
            .withLocalStreaming(
                OperationSpec.subscription("bench/stream").build(),
                (value, ctx) -> new Endless(ResponseEnvelope.ok(ctx.requestId(), value)))
            .build();
    calls = CallAdapter.of(registry, nobody);
    server = HttpServer.builder(registry, calls, nobody).allowCleartext(true).build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    secure =
        server
            .listen(new TlsIdentity.X509(certificate, key), any)
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS)
            .getPort();
    clear = server.listenCleartext(any).toCompletableFuture().get(30, TimeUnit.SECONDS).getPort();
  }

  int port(boolean tls) {
    return tls ? secure : clear;
  }

  @Override
  public void close() {
    server.close();
    calls.close();
  }

  /** Sends the same element for every demand; called by one thread at a time. */
  private record Endless(ResponseEnvelope element) implements Flow.Publisher<ResponseEnvelope> {
    @Override
    public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private volatile boolean over;

            @Override
            public void request(long n) {
              for (long i = 0; i < n && !over; i++) {
                subscriber.onNext(element);
              }
            }

            @Override
            public void cancel() {
              over = true;
            }
          });
    }
  }
}
