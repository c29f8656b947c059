package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.BiStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a QUIC connection as a Netty channel, so that the same pipelines serve it. One read
 * and one write are under way at a time: the stream's own flow control is the only buffer.
 *
 * <p>Confined to its event loop.
 */
final class StreamChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  /** Never opened: Netty tells servers' connections from clients' by the kind of their parent. */
  private static final Channel SERVER = new LocalServerChannel();

  private static final int READ_BYTES = 16 * 1024;

  private final BiStream stream;
  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final SocketAddress address = new StreamAddress();
  private boolean open = true;
  private boolean registered;
  private boolean reading;
  private boolean writing;

  StreamChannel(BiStream stream) {
    super(SERVER);
    this.stream = stream;
    config.setAutoRead(false);
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        promise.setFailure(new UnsupportedOperationException("a stream is connected"));
      }
    };
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    registered = true;
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress local) {
    throw new UnsupportedOperationException("a stream is connected");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    open = false;
    stream.close();
  }

  @Override
  protected void doBeginRead() {
    if (reading || !open) {
      return;
    }
    reading = true;
    ByteBuffer into = ByteBuffer.allocate(READ_BYTES);
    listen(
        stream.recv().read(into),
        (count, failure) -> {
          reading = false;
          if (!open) {
            return;
          }
          if (count == null || count < 0) {
            unsafe().close(voidPromise());
            return;
          }
          pipeline().fireChannelRead(io.netty.buffer.Unpooled.wrappedBuffer(into.flip()));
          pipeline().fireChannelReadComplete();
          if (config.isAutoRead() && open) {
            read();
          }
        });
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    if (writing) {
      return;
    }
    Object message = out.current();
    if (message == null) {
      return;
    }
    if (!(message instanceof ByteBuf bytes)) {
      out.remove(new UnsupportedOperationException("a stream carries bytes"));
      return;
    }
    writing = true;
    ByteBuf held = bytes.retain();
    listen(
        stream.send().write(held.nioBuffer()),
        (nothing, failure) -> {
          ReferenceCountUtil.release(held);
          writing = false;
          ChannelOutboundBuffer still = unsafe().outboundBuffer();
          if (failure != null) {
            unsafe().close(voidPromise());
          } else if (still != null) {
            still.remove();
            unsafe().flush();
          }
        });
  }

  private <T> void listen(CompletionStage<T> stage, Then<T> then) {
    CompletionStage<T> unused =
        stage.whenComplete(
            (value, failure) -> eventLoop().execute(() -> then.accept(value, failure)));
    Objects.requireNonNull(unused);
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return address;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open && registered;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  /** What to do with an outcome, on the event loop. */
  @FunctionalInterface
  private interface Then<T> {
    void accept(@Nullable T value, @Nullable Throwable failure);
  }

  /** Stands for the address of a stream, which has none. */
  private static final class StreamAddress extends SocketAddress {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      return "stream";
    }
  }
}
