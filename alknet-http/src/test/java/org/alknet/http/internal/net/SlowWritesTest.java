package org.alknet.http.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.WriteTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock goes when told to. */
class SlowWritesTest {
  private final Stuck stuck = new Stuck();
  private final List<ChannelFuture> writes = new ArrayList<>();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(stuck, new SlowWrites(Duration.ofSeconds(10)));

  @BeforeEach
  void stopTheClock() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void write() {
    writes.add(channel.writeOneOutbound("something"));
    channel.flushOutbound();
  }

  private void after(int seconds) {
    for (int i = 0; i < seconds; i++) {
      channel.advanceTimeBy(1, TimeUnit.SECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void aWriteThatIsNotTakenClosesTheChannelAfterTheLimit() {
    write();
    after(9);
    assertThat(channel.isOpen()).isTrue();

    after(1);

    assertThat(channel.isOpen()).isFalse();
    assertThat(catchThrowable(channel::checkException)).isInstanceOf(WriteTimeoutException.class);
  }

  @Test
  void aWriteBehindAnotherHasItsOwnTime() {
    write();
    after(4);
    write();
    after(4);
    stuck.take();
    after(6); // now the second has had its ten seconds, which is seen at the next look
    assertThat(channel.isOpen()).isTrue();

    after(1);

    assertThat(channel.isOpen()).isFalse();
    assertThat(catchThrowable(channel::checkException)).isInstanceOf(WriteTimeoutException.class);
  }

  @Test
  void aClientThatTakesSomethingNowAndThenIsLetAlone() {
    for (int i = 0; i < 20; i++) {
      write();
      write();
      after(4);
      stuck.take();
      stuck.take();
    }

    after(100);

    assertThat(channel.isOpen()).isTrue();
    channel.checkException();
  }

  @Test
  void writesThatAreTakenAtOnceNeedNoTimer() {
    stuck.open = true;

    write();

    assertThat(writes.get(0).isSuccess()).isTrue();
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  /** Takes writes when told to. */
  private static final class Stuck extends ChannelOutboundHandlerAdapter {
    private final Queue<ChannelPromise> waiting = new ArrayDeque<>();
    private boolean open;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (open) {
        promise.setSuccess();
      } else {
        waiting.add(promise);
      }
    }

    void take() {
      waiting.remove().setSuccess();
    }
  }
}
