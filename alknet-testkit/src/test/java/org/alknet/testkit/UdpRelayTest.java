package org.alknet.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The relay between plain sockets; the test itself plays client and server. */
class UdpRelayTest {
  @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("udp-relay").andDescriptors();

  private DatagramSocket server;
  private DatagramSocket client;
  private UdpRelay relay;

  @BeforeEach
  void open() throws IOException {
    server = socket();
    client = socket();
    relay = UdpRelay.start((InetSocketAddress) server.getLocalSocketAddress(), 1);
  }

  @AfterEach
  void close() {
    relay.close();
    server.close();
    client.close();
  }

  @Test
  void everythingPassesUnharmedAtFirst() throws IOException {
    for (int i = 0; i < 100; i++) {
      sendToServer("question " + i);
      Received question = receive(server);
      assertThat(question.text()).isEqualTo("question " + i);
      send(server, question.from(), "answer " + i);
      assertThat(receive(client).text()).isEqualTo("answer " + i);
    }

    assertThat(relay.countsToServer()).isEqualTo(new RelayCounts(100, 100, 0, 0, 0, 0, 0, 0));
    assertThat(relay.countsToClients()).isEqualTo(new RelayCounts(100, 100, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void largestAndEmptyDatagramsPass() throws IOException {
    byte[] largest = new byte[65_507];
    Arrays.fill(largest, (byte) 7);

    client.send(new DatagramPacket(largest, largest.length, relay.address()));
    client.send(new DatagramPacket(new byte[0], 0, relay.address()));

    assertThat(receive(server).bytes()).isEqualTo(largest);
    assertThat(receive(server).bytes()).isEmpty();
  }

  @Test
  void eachClientGetsItsOwnAnswers() throws IOException {
    try (DatagramSocket other = socket()) {
      sendToServer("from one");
      SocketAddress one = receive(server).from();
      send(other, relay.address(), "from other");
      SocketAddress two = receive(server).from();
      assertThat(one).isNotEqualTo(two);

      send(server, two, "to other");
      send(server, one, "to one");

      assertThat(receive(client).text()).isEqualTo("to one");
      assertThat(receive(other).text()).isEqualTo("to other");
    }
  }

  @Test
  void strangersCannotSpeakForTheServer() throws IOException {
    sendToServer("hello");
    SocketAddress one = receive(server).from();

    try (DatagramSocket stranger = socket()) {
      send(stranger, one, "forged");
    }
    send(server, one, "genuine");

    assertThat(receive(client).text()).isEqualTo("genuine");
  }

  @Test
  void fateFollowsFromTheSeed() throws IOException {
    BitSet first = survivors(42);

    assertThat(survivors(42)).isEqualTo(first);
    assertThat(survivors(43)).isNotEqualTo(first);
    assertThat(first.cardinality()).isBetween(50, 150);
  }

  /** Sends 200 numbered datagrams through a relay that drops half and returns which came out. */
  private BitSet survivors(long seed) throws IOException {
    try (UdpRelay lossy =
        UdpRelay.start((InetSocketAddress) server.getLocalSocketAddress(), seed)) {
      lossy.toServer(Impairment.NONE.dropping(0.5));
      for (int i = 0; i < 200; i++) {
        send(client, lossy.address(), Integer.toString(i));
      }
      Await.until("all are through", () -> lossy.countsToServer().received() == 200);
      Await.until(
          "all are counted",
          () -> lossy.countsToServer().forwarded() + lossy.countsToServer().dropped() == 200);
      BitSet arrived = new BitSet();
      for (long i = lossy.countsToServer().forwarded(); i > 0; i--) {
        arrived.set(Integer.parseInt(receive(server).text()));
      }
      return arrived;
    }
  }

  @Test
  void directionsAreSetApart() throws IOException {
    relay.toClients(Impairment.NONE.dropping(1));
    sendToServer("gets through");
    Received question = receive(server);

    send(server, question.from(), "does not");

    Await.until("the answer is dropped", () -> relay.countsToClients().dropped() == 1);
    assertThat(relay.countsToClients().forwarded()).isZero();
  }

  @Test
  void duplicateArrivesTwice() throws IOException {
    relay.toServer(Impairment.NONE.duplicating(1));

    sendToServer("twice");

    assertThat(receive(server).text()).isEqualTo("twice");
    assertThat(receive(server).text()).isEqualTo("twice");
    Await.until("counted", () -> relay.countsToServer().forwarded() == 2);
    assertThat(relay.countsToServer().duplicated()).isEqualTo(1);
  }

  @Test
  void corruptionFlipsOneBit() throws IOException {
    relay.toServer(Impairment.NONE.corrupting(1));
    byte[] sent = "0123456789".getBytes(ISO_8859_1);

    for (int i = 0; i < 20; i++) {
      client.send(new DatagramPacket(sent, sent.length, relay.address()));
      byte[] received = receive(server).bytes();

      BitSet difference = BitSet.valueOf(received);
      difference.xor(BitSet.valueOf(sent));
      assertThat(received).hasSameSizeAs(sent);
      assertThat(difference.cardinality()).isEqualTo(1);
    }
  }

  @Test
  void reorderedDatagramIsOvertakenByTheNext() throws IOException {
    relay.toServer(Impairment.NONE.reordering(1));

    List<String> received = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      sendToServer("first " + i);
      sendToServer("second " + i);
      received.add(receive(server).text());
      received.add(receive(server).text());
    }

    assertThat(received)
        .containsExactly("second 0", "first 0", "second 1", "first 1", "second 2", "first 2");
    assertThat(relay.countsToServer().reordered()).isEqualTo(3);
  }

  @Test
  void reorderedDatagramWithoutASuccessorArrivesAlone() throws IOException {
    relay.toServer(Impairment.NONE.reordering(1));

    sendToServer("alone");

    assertThat(receive(server).text()).isEqualTo("alone");
    assertThat(relay.countsToServer().reordered()).isZero();
  }

  @Test
  void delayedDatagramsTakeTheirTimeAndKeepTheirOrder() throws IOException {
    Duration delay = Duration.ofMillis(40);
    relay.toServer(Impairment.NONE.delaying(delay, delay));
    long start = System.nanoTime();

    sendToServer("first");
    sendToServer("second");

    assertThat(receive(server).text()).isEqualTo("first");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(delay.toNanos());
    assertThat(receive(server).text()).isEqualTo("second");
  }

  @Test
  void blackHoleSwallowsBothDirectionsAndWhatIsUnderWay() throws IOException {
    sendToServer("hello");
    SocketAddress one = receive(server).from();
    relay.toServer(Impairment.NONE.delaying(Duration.ofMillis(30), Duration.ofMillis(30)));
    sendToServer("under way");
    Await.until("it is under way", () -> relay.countsToServer().received() == 2);

    relay.blackHole(true);
    send(server, one, "into the hole");
    Await.until("answer is lost", () -> relay.countsToClients().blackHoled() == 1);
    Await.until("question is lost", () -> relay.countsToServer().blackHoled() == 1);

    relay.blackHole(false);
    sendToServer("back again");
    assertThat(receive(server).text()).isEqualTo("back again");
  }

  @Test
  void datagramsBeyondTheBoundAreDropped() throws IOException {
    relay.toServer(Impairment.NONE.delaying(Duration.ofMinutes(1), Duration.ofMinutes(1)));

    for (int i = 0; i < 4_200; i++) {
      int sent = i + 1;
      sendToServer("x");
      Await.until("it came in", () -> relay.countsToServer().received() == sent);
    }

    Await.until("bound is kept", () -> relay.countsToServer().overflowed() == 4_200 - 4_096);
  }

  @Test
  void clientsBeyondTheBoundAreNotServed() throws IOException {
    List<DatagramSocket> many = new ArrayList<>();
    try {
      for (int i = 0; i < 257; i++) {
        DatagramSocket one = socket();
        many.add(one);
        send(one, relay.address(), "x");
      }
      Await.until("all came in", () -> relay.countsToServer().received() == 257);
      Await.until("one is too many", () -> relay.countsToServer().overflowed() == 1);
    } finally {
      many.forEach(DatagramSocket::close);
    }
  }

  @Test
  void closingTwiceDoesNothing() {
    relay.close();
    relay.close();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Impairment.NONE.dropping(1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> Impairment.NONE.corrupting(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> Impairment.NONE.duplicating(-0.1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Impairment.NONE.delaying(Duration.ofMillis(2), Duration.ofMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                UdpRelay.start(
                    new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 1),
                    1));
  }

  /** A datagram, one character per byte. */
  private record Received(SocketAddress from, String text) {
    byte[] bytes() {
      return text.getBytes(ISO_8859_1);
    }
  }

  private void sendToServer(String text) throws IOException {
    send(client, relay.address(), text);
  }

  private static void send(DatagramSocket from, SocketAddress to, String text) throws IOException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    from.send(new DatagramPacket(bytes, bytes.length, to));
  }

  private static Received receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    String text = new String(packet.getData(), packet.getOffset(), packet.getLength(), ISO_8859_1);
    return new Received(packet.getSocketAddress(), text);
  }

  private static DatagramSocket socket() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout((int) Await.DEADLINE.toMillis());
    socket.setReceiveBufferSize(1024 * 1024);
    return socket;
  }
}
