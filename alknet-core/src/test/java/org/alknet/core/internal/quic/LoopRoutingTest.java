package org.alknet.core.internal.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopRoutingTest {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final Random random = new Random(7);

  @Test
  void everyIdALoopGivesOutLeadsBackToItInBothKindsOfPackets() {
    for (int loops : new int[] {2, 3, 7, 64, 256}) {
      LoopRouting routing = new LoopRouting(loops);
      for (int index = 0; index < loops; index++) {
        QuicConnectionIdGenerator ids = routing.connectionIds(index).orElseThrow();
        for (int i = 0; i < 50; i++) {
          byte[] id = bytes(ids.newId(ByteBuffer.allocate(4), LoopRouting.ID_BYTES));
          assertThat(LoopRouting.owner(shortHeader(id), loops)).isEqualTo(index);
          assertThat(LoopRouting.owner(longHeader(id), loops)).isEqualTo(index);
        }
      }
    }
  }

  @Test
  void idsDifferAndUseEveryFirstByteOfTheirLoop() {
    QuicConnectionIdGenerator ids = new LoopRouting(4).connectionIds(3).orElseThrow();
    Set<ByteBuffer> all = new HashSet<>();
    Set<Integer> firstBytes = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      ByteBuffer id = ids.newId(LoopRouting.ID_BYTES);
      all.add(id);
      firstBytes.add(id.get(0) & 0xff);
    }

    assertThat(all).hasSize(2_000);
    assertThat(firstBytes).hasSize(64).contains(3, 255).allMatch(first -> first % 4 == 3);
  }

  @Test
  void oneLoopNeedsNoRouting() {
    LoopRouting routing = new LoopRouting(1);
    EmbeddedChannel channel = new EmbeddedChannel();

    routing.attach(channel, 0);

    assertThat(routing.connectionIds(0)).isEmpty();
    assertThat(channel.pipeline().names()).hasSize(new EmbeddedChannel().pipeline().names().size());
  }

  @Test
  void whatCarriesNoIdOfOursStaysWhereItArrived() {
    byte[] id = new byte[LoopRouting.ID_BYTES];
    assertThat(LoopRouting.owner(Unpooled.EMPTY_BUFFER, 2)).isEqualTo(-1);
    assertThat(LoopRouting.owner(longHeader(new byte[16]), 2)).isEqualTo(-1);
    for (int bytes = 0; bytes < 1 + LoopRouting.ID_BYTES; bytes++) {
      assertThat(LoopRouting.owner(shortHeader(id).slice(0, bytes), 2)).isEqualTo(-1);
    }
    for (int bytes = 0; bytes < 6 + LoopRouting.ID_BYTES; bytes++) {
      assertThat(LoopRouting.owner(longHeader(id).slice(0, bytes), 2)).isEqualTo(-1);
    }
  }

  @Test
  void randomDatagramsLeadToALoopThatExistsOrToNone() {
    for (int i = 0; i < 20_000; i++) {
      byte[] datagram = new byte[random.nextInt(60)];
      random.nextBytes(datagram);
      ByteBuf buffer = Unpooled.wrappedBuffer(datagram);
      assertThat(LoopRouting.owner(buffer, 5)).isBetween(-1, 4);
      assertThat(buffer.readerIndex()).isZero();
    }
  }

  @Test
  void aDatagramOfAnotherLoopIsHandedToItAndItsOwnAreNot() {
    LoopRouting routing = new LoopRouting(2);
    EmbeddedChannel zero = attached(routing, 0);
    EmbeddedChannel one = attached(routing, 1);

    zero.writeInbound(datagram(routing, 1));
    zero.writeInbound(datagram(routing, 0));
    one.runPendingTasks();

    assertThat(zero.inboundMessages()).hasSize(1);
    assertThat(one.inboundMessages()).hasSize(1);
    zero.finishAndReleaseAll();
    one.finishAndReleaseAll();
  }

  @Test
  void aLoopThatIsBusyIsHandedABoundedNumberAndTheRestIsReleased() {
    LoopRouting routing = new LoopRouting(2);
    EmbeddedChannel zero = attached(routing, 0);
    EmbeddedChannel busy = attached(routing, 1);
    List<DatagramPacket> all = new ArrayList<>();
    for (int i = 0; i < LoopRouting.MAX_HANDED_OVER + 100; i++) {
      DatagramPacket packet = datagram(routing, 1);
      all.add(packet);
      zero.writeInbound(packet);
    }

    assertThat(all.stream().filter(packet -> packet.refCnt() == 0)).hasSize(100);
    busy.runPendingTasks();
    assertThat(busy.inboundMessages()).hasSize(LoopRouting.MAX_HANDED_OVER);
    zero.writeInbound(datagram(routing, 1));
    busy.runPendingTasks();
    assertThat(busy.inboundMessages()).hasSize(LoopRouting.MAX_HANDED_OVER + 1);
    zero.finishAndReleaseAll();
    busy.finishAndReleaseAll();
    assertThat(all).allMatch(packet -> packet.refCnt() == 0);
  }

  @Test
  void whatComesForALoopThatIsGoneStaysWhereItArrived() {
    LoopRouting routing = new LoopRouting(2);
    EmbeddedChannel zero = attached(routing, 0);
    EmbeddedChannel one = attached(routing, 1);
    DatagramPacket underWay = datagram(routing, 1);
    zero.writeInbound(underWay);

    one.pipeline().removeFirst();
    one.runPendingTasks();
    zero.writeInbound(datagram(routing, 1));

    assertThat(underWay.refCnt()).isZero();
    assertThat(one.inboundMessages()).isEmpty();
    assertThat(zero.inboundMessages()).hasSize(1);
    zero.finishAndReleaseAll();
    one.finishAndReleaseAll();
  }

  @Test
  void severalSocketsAreRefusedWhereTheSystemDoesNotSpread() {
    assertThat(PortSharing.obstacle(1, "Windows 11")).isEmpty();
    assertThat(PortSharing.obstacle(2, "Linux")).isEmpty();
    assertThat(PortSharing.obstacle(2, "Mac OS X"))
        .contains("event_loops above 1 needs SO_REUSEPORT as Linux has it, not Mac OS X");
  }

  private static EmbeddedChannel attached(LoopRouting routing, int index) {
    EmbeddedChannel channel = new EmbeddedChannel();
    routing.attach(channel, index);
    return channel;
  }

  private static DatagramPacket datagram(LoopRouting routing, int index) {
    ByteBuffer id = routing.connectionIds(index).orElseThrow().newId(LoopRouting.ID_BYTES);
    return new DatagramPacket(shortHeader(bytes(id)), ADDRESS, ADDRESS);
  }

  private static ByteBuf shortHeader(byte[] id) {
    return Unpooled.buffer().writeByte(0x41).writeBytes(id);
  }

  private static ByteBuf longHeader(byte[] id) {
    return Unpooled.buffer().writeByte(0xc3).writeInt(1).writeByte(id.length).writeBytes(id);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
