package org.alknet.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.testkit.RelayDirection.Count;
import org.alknet.testkit.RelayLane.Fate;
import org.alknet.testkit.RelayLane.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A bad network between clients and one server, all on loopback: forwards UDP datagrams and drops,
 * delays, duplicates, reorders and corrupts some of them. Clients send to {@link #address()}; the
 * server sees each client under a port of its own.
 *
 * <p>What happens to the n-th datagram of the k-th client follows from the seed, as long as the
 * settings are the same. At most 256 clients and 4,096 datagrams under way; what comes beyond is
 * dropped and counted. One daemon thread does everything and ends with {@link #close()}.
 *
 * <p>Thread-safe.
 */
public final class UdpRelay implements AutoCloseable {
  private static final int MAX_CLIENTS = 256;
  private static final int MAX_UNDER_WAY = 4_096;
  private static final int MAX_PER_TURN = 64;
  private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
  private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long SEED_STEP = 0x9e37_79b9_7f4a_7c15L;

  private final InetSocketAddress server;
  private final long seed;
  private final Selector selector;
  private final DatagramChannel front;
  private final InetSocketAddress address;
  private final Thread thread;
  private final RelayDirection toServer = new RelayDirection();
  private final RelayDirection toClients = new RelayDirection();
  private volatile boolean blackHole;
  private volatile boolean closing;
  private volatile @Nullable InetAddress rebindTo;
  private final AtomicInteger rebinds = new AtomicInteger();
  private volatile @Nullable Exception failure;

  // Confined to the thread.
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
  private final Map<SocketAddress, Client> clients = new HashMap<>();
  private final PriorityQueue<Packet> underWay =
      new PriorityQueue<>(
          Comparator.<Packet>comparingLong(p -> p.due).thenComparingLong(p -> p.sequence));
  private final long epoch = System.nanoTime();
  private long sequence;

  private record Client(RelayLane toServer, RelayLane toClient) {}

  private UdpRelay(InetSocketAddress server, long seed) throws IOException {
    this.server = server;
    this.seed = seed;
    this.selector = Selector.open();
    try {
      this.front = openChannel(server.getAddress());
      this.address = (InetSocketAddress) front.getLocalAddress();
    } catch (IOException e) {
      selector.close();
      throw e;
    }
    this.thread = new Thread(this::run, "udp-relay-" + address.getPort());
    thread.setDaemon(true);
  }

  /**
   * Starts a relay that forwards everything unharmed until told otherwise.
   *
   * @param server where to forward to, a loopback address
   * @param seed what chance is made of
   * @throws UncheckedIOException if there is no socket to be had
   */
  public static UdpRelay start(InetSocketAddress server, long seed) {
    if (server.isUnresolved() || !server.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("a relay serves loopback addresses only, not " + server);
    }
    try {
      UdpRelay relay = new UdpRelay(server, seed);
      relay.thread.start();
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns where clients send to. */
  public InetSocketAddress address() {
    return address;
  }

  /** Sets what happens to datagrams on their way to the server, from the next one on. */
  public UdpRelay toServer(Impairment impairment) {
    toServer.impairment(Objects.requireNonNull(impairment, "impairment"));
    return this;
  }

  /** Sets what happens to datagrams on their way to clients, from the next one on. */
  public UdpRelay toClients(Impairment impairment) {
    toClients.impairment(Objects.requireNonNull(impairment, "impairment"));
    return this;
  }

  /**
   * Cuts both directions off, or joins them again. What is under way when it comes to be delivered
   * into the black hole is lost too.
   */
  public void blackHole(boolean on) {
    blackHole = on;
  }

  /**
   * Shows every client to the server under another address and port from now on, as a network does
   * that has forgotten them or that they have changed. What the server sends to the old ones is
   * lost. Waits until it is done.
   *
   * @param from a loopback address
   */
  public void rebind(InetAddress from) {
    if (!from.isLoopbackAddress()) {
      throw new IllegalArgumentException("a relay serves loopback addresses only, not " + from);
    }
    int before = rebinds.get();
    rebindTo = from;
    selector.wakeup();
    Await.until("the relay has new sockets", () -> rebinds.get() != before || !thread.isAlive());
  }

  /** Returns what was done to datagrams on their way to the server. */
  public RelayCounts countsToServer() {
    return toServer.counts();
  }

  /** Returns what was done to datagrams on their way to clients. */
  public RelayCounts countsToClients() {
    return toClients.counts();
  }

  /**
   * Ends the thread and closes every socket; what is under way is lost. Idempotent.
   *
   * @throws IllegalStateException if the relay had broken down before
   */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    Await.until("the relay's thread has ended", () -> !thread.isAlive());
    Exception broken = failure;
    if (broken != null) {
      throw new IllegalStateException("the relay had broken down", broken);
    }
  }

  private void run() {
    try {
      while (!closing) {
        awaitSomething();
        rebindIfAsked();
        for (SelectionKey key : selector.selectedKeys()) {
          receiveSome((DatagramChannel) key.channel(), (RelayLane) key.attachment());
        }
        selector.selectedKeys().clear();
        sendDue();
      }
    } catch (IOException | RuntimeException e) {
      failure = e;
    } finally {
      closeSockets();
    }
  }

  private void awaitSomething() throws IOException {
    Packet next = underWay.peek();
    if (next == null) {
      selector.select();
      return;
    }
    long wait = next.due - now();
    if (wait > 0) {
      selector.select(TimeUnit.NANOSECONDS.toMillis(wait) + 1);
    } else {
      selector.selectNow();
    }
  }

  /** Takes a bounded number, so that a flood from one side cannot keep what is due waiting. */
  private void receiveSome(DatagramChannel channel, @Nullable RelayLane fromServer)
      throws IOException {
    for (int i = 0; i < MAX_PER_TURN; i++) {
      SocketAddress from = channel.receive(buffer.clear());
      if (from == null) {
        return;
      }
      byte[] bytes = new byte[buffer.flip().remaining()];
      buffer.get(bytes);
      if (fromServer == null) {
        receiveFromClient(from, bytes);
      } else if (from.equals(server)) {
        pass(fromServer, bytes);
      }
    }
  }

  private void receiveFromClient(SocketAddress from, byte[] bytes) throws IOException {
    Client client = clients.get(from);
    if (client == null) {
      if (clients.size() == MAX_CLIENTS) {
        toServer.count(Count.RECEIVED);
        toServer.count(Count.OVERFLOWED);
        return;
      }
      client = addClient(from);
    }
    pass(client.toServer(), bytes);
  }

  private void rebindIfAsked() throws IOException {
    InetAddress from = rebindTo;
    if (from == null) {
      return;
    }
    rebindTo = null;
    for (Client client : clients.values()) {
      DatagramChannel old = client.toServer().out;
      DatagramChannel upstream = openChannel(from);
      upstream.keyFor(selector).attach(client.toClient());
      client.toServer().out = upstream;
      old.close();
    }
    selector.selectedKeys().removeIf(key -> !key.isValid());
    rebinds.incrementAndGet();
  }

  private Client addClient(SocketAddress from) throws IOException {
    DatagramChannel upstream = openChannel(server.getAddress());
    long clientSeed = seed + SEED_STEP * (2L * clients.size());
    RelayLane back = new RelayLane(toClients, front, from, clientSeed + SEED_STEP);
    Client client = new Client(new RelayLane(toServer, upstream, server, clientSeed), back);
    clients.put(from, client);
    upstream.keyFor(selector).attach(back);
    return client;
  }

  private void pass(RelayLane lane, byte[] bytes) throws IOException {
    RelayDirection direction = lane.direction;
    Fate fate = lane.nextFate(direction.impairment());
    direction.count(Count.RECEIVED);
    if (blackHole) {
      direction.count(Count.BLACK_HOLED);
      return;
    }
    if (fate.drop()) {
      direction.count(Count.DROPPED);
      return;
    }
    if (fate.corrupt() && bytes.length > 0) {
      direction.count(Count.CORRUPTED);
      int bit = (int) (fate.corruptBit() % (8L * bytes.length));
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    }
    if (fate.reorder() && lane.held == null) {
      Packet held = packet(lane, bytes, fate.delayNanos() + HOLD_NANOS);
      lane.held = enqueue(held) ? held : null;
    } else {
      sendLater(packet(lane, bytes, fate.delayNanos()));
    }
    if (fate.duplicate()) {
      direction.count(Count.DUPLICATED);
      sendLater(packet(lane, bytes, fate.delayNanos()));
    }
  }

  private Packet packet(RelayLane lane, byte[] bytes, long delayNanos) {
    return new Packet(lane, bytes, now() + delayNanos, sequence++);
  }

  private void sendLater(Packet packet) throws IOException {
    if (packet.due <= now()) {
      send(packet);
    } else {
      enqueue(packet);
    }
  }

  private boolean enqueue(Packet packet) {
    if (underWay.size() == MAX_UNDER_WAY) {
      packet.lane.direction.count(Count.OVERFLOWED);
      return false;
    }
    return underWay.add(packet);
  }

  private void sendDue() throws IOException {
    for (Packet next = underWay.peek(); next != null && next.due <= now(); next = underWay.peek()) {
      underWay.remove();
      send(next);
    }
  }

  private void send(Packet packet) throws IOException {
    RelayLane lane = packet.lane;
    if (blackHole) {
      lane.direction.count(Count.BLACK_HOLED);
    } else {
      // Whoever has received the datagram finds it counted; sending does not block.
      synchronized (lane.direction) {
        int sent = lane.out.send(ByteBuffer.wrap(packet.bytes), lane.target);
        boolean taken = sent == packet.bytes.length;
        lane.direction.count(taken ? Count.FORWARDED : Count.OVERFLOWED);
      }
    }
    Packet overtaken = lane.held;
    lane.held = null;
    if (overtaken != null && overtaken != packet) {
      underWay.remove(overtaken);
      lane.direction.count(Count.REORDERED);
      send(overtaken);
    }
  }

  private DatagramChannel openChannel(InetAddress at) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
      channel.bind(new InetSocketAddress(at, 0));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void closeSockets() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      failure = e;
    }
  }

  private long now() {
    return System.nanoTime() - epoch;
  }
}
