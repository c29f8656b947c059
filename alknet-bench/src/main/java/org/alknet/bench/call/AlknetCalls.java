package org.alknet.bench.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;

/** The call protocol between two nodes that know each other, as a program would set it up. */
final class AlknetCalls implements Contender {
  /** As many calls as are outstanding may be in work, and those just answered besides. */
  private static final CallLimits LIMITS =
      CallLimits.defaults().toBuilder().maxInbound(1024).build();

  private final String name;
  private final JsonNode input = Payloads.input();
  private final CallAdapter adapter;
  private final AlknetEndpoint endpoint;
  private final CallClient client;
  private final CallConnection connection;

  /**
   * Starts both nodes.
   *
   * @param executor where handlers and callbacks run; empty for what a node uses by itself
   */
  AlknetCalls(String name, StreamUsage usage, Optional<Executor> executor) throws Exception {
    this.name = name;
    Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
    Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
    ConfigSnapshot peers =
        ConfigSnapshot.of(
            new DynamicConfig(
                AuthPolicy.of(
                    List.of(
                        PeerEntry.builder("client").fingerprints(clientKey.fingerprint()).build(),
                        PeerEntry.builder("server").fingerprints(serverKey.fingerprint()).build()),
                    List.of()),
                RateLimitConfig.defaults()));
    ConfigIdentityProvider identities = new ConfigIdentityProvider(peers);
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query(Payloads.OPERATION).build(),
                (value, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value)))
            .withLocalStreaming(
                OperationSpec.subscription(Payloads.STREAM).build(),
                (value, ctx) -> new Endless(ResponseEnvelope.ok(ctx.requestId(), value)))
            .build();
    CallAdapter.Builder serving =
        CallAdapter.builder(registry, identities).streamUsage(usage).limits(LIMITS);
    executor.ifPresent(serving::executor);
    adapter = serving.build();
    endpoint =
        AlknetEndpoint.start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(serverKey))
                    .build(),
                HandlerRegistry.builder().register(adapter).build(),
                peers,
                identities)
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    CallClient.Builder calling =
        CallClient.builder(OperationRegistry.empty(), identities).streamUsage(usage);
    executor.ifPresent(calling::executor);
    client = calling.build();
    connection =
        client
            .connect(
                CallTarget.of("127.0.0.1", endpoint.localAddress().getPort()),
                CallCredentials.none()
                    .withTlsIdentity(new TlsIdentity.RawKey(clientKey))
                    .withRemoteIdentity(RemoteIdentity.of(serverKey.fingerprint())))
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void call(Runnable answered) {
    connection
        .call(Payloads.OPERATION, input)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null || !(answer.result() instanceof CallResult.Ok)) {
                Contender.broken("a call ended with " + answer, failure);
              }
              answered.run();
            });
  }

  @Override
  public Runnable subscribe(Runnable element) {
    AtomicReference<Flow.Subscription> taken = new AtomicReference<>();
    connection
        .subscribe(Payloads.STREAM, input)
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                taken.set(subscription);
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(ResponseEnvelope value) {
                if (!(value.result() instanceof CallResult.Ok)) {
                  Contender.broken("a subscription ended with " + value, null);
                }
                element.run();
              }

              @Override
              public void onError(Throwable failure) {
                Contender.broken("a subscription failed", failure);
              }

              @Override
              public void onComplete() {
                Contender.broken("an endless subscription ended", null);
              }
            });
    return () -> taken.get().cancel();
  }

  @Override
  public void close() {
    client.close();
    endpoint.close();
    adapter.close();
  }

  /** Sends the same element for every demand; called by one thread at a time. */
  private record Endless(ResponseEnvelope element) implements Flow.Publisher<ResponseEnvelope> {
    @Override
    public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              for (long i = 0; i < n; i++) {
                subscriber.onNext(element);
              }
            }

            @Override
            public void cancel() {}
          });
    }
  }
}
