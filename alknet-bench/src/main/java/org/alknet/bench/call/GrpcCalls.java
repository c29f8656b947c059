package org.alknet.bench.call;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** grpc-java over TLS on TCP: raw bytes, handlers and callbacks on its transport threads. */
final class GrpcCalls implements Contender {
  private static final MethodDescriptor<byte[], byte[]> ECHO =
      method("echo", MethodDescriptor.MethodType.UNARY);
  private static final MethodDescriptor<byte[], byte[]> STREAM =
      method("stream", MethodDescriptor.MethodType.SERVER_STREAMING);

  private final byte[] request = new byte[Payloads.requestBytes()];
  private final byte[] response = new byte[Payloads.responseBytes()];
  private final Server server;
  private final ManagedChannel channel;

  GrpcCalls(Certificates certificates) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .directExecutor()
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(certificates.key(), certificates.certificate()))
                    .build())
            .addService(
                ServerServiceDefinition.builder("bench")
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall(
                            (in, out) -> {
                              out.onNext(response);
                              out.onCompleted();
                            }))
                    .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(this::stream))
                    .build())
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress("localhost", server.getPort())
            .directExecutor()
            .sslContext(
                GrpcSslContexts.forClient().trustManager(certificates.certificate()).build())
            .build();
  }

  private static MethodDescriptor<byte[], byte[]> method(
      String name, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(new RawBytes(), new RawBytes())
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("bench", name))
        .build();
  }

  private void stream(byte[] in, StreamObserver<byte[]> out) {
    ServerCallStreamObserver<byte[]> to = (ServerCallStreamObserver<byte[]>) out;
    to.setOnCancelHandler(() -> {});
    Runnable send =
        () -> {
          while (to.isReady() && !to.isCancelled()) {
            to.onNext(response);
          }
        };
    to.setOnReadyHandler(send);
  }

  @Override
  public String name() {
    return "grpc-java";
  }

  @Override
  public void call(Runnable answered) {
    ClientCalls.asyncUnaryCall(
        channel.newCall(ECHO, CallOptions.DEFAULT),
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(byte[] value) {}

          @Override
          public void onError(Throwable failure) {
            Contender.broken("a gRPC call failed", failure);
          }

          @Override
          public void onCompleted() {
            answered.run();
          }
        });
  }

  @Override
  public Runnable subscribe(Runnable element) {
    AtomicReference<ClientCallStreamObserver<byte[]>> call = new AtomicReference<>();
    ClientCalls.asyncServerStreamingCall(
        channel.newCall(STREAM, CallOptions.DEFAULT),
        request,
        new ClientResponseObserver<byte[], byte[]>() {
          @Override
          public void beforeStart(ClientCallStreamObserver<byte[]> stream) {
            call.set(stream);
          }

          @Override
          public void onNext(byte[] value) {
            element.run();
          }

          @Override
          public void onError(Throwable failure) {
            if (((StatusRuntimeException) failure).getStatus().getCode() != Status.Code.CANCELLED) {
              Contender.broken("a gRPC stream failed", failure);
            }
          }

          @Override
          public void onCompleted() {}
        });
    return () -> call.get().cancel("enough", null);
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
