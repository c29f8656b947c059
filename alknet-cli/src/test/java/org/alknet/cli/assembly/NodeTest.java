package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeTest {
  @TempDir Path temp;

  private NodeBuilder builder() {
    return NodeBuilder.create().dataDirectory(temp.resolve("data")).listen("127.0.0.1:0");
  }

  private DataDirectory directory() {
    return new DataDirectory(temp.resolve("data"));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void assertRefused(Kind kind, NodeBuilder builder) {
    assertThatThrownBy(builder::start)
        .isInstanceOfSatisfying(
            NodeException.class, refused -> assertThat(refused.kind()).isEqualTo(kind));
  }

  private List<PeerEntry> peers() throws Exception {
    try (SqliteStore store = NodeStore.openForCommand(directory(), Optional.empty())) {
      return store.identities().peers();
    }
  }

  @Test
  void firstStartMakesKeysAndRegistersTheOperator() throws Exception {
    try (Node node = builder().demoOperations(true).start()) {
      assertThat(node.summary()).isEqualTo(new Node.Summary(true, false, false, 10));
      assertThat(node.peers()).isOne();
      assertThat(node.address()).startsWith(node.fingerprint() + "@127.0.0.1:");
      assertThat(node.isLoopbackOnly()).isTrue();
    }
    assertThat(mode(directory().root())).isEqualTo("rwx------");
    for (Path file :
        List.of(directory().nodeKey(), directory().operatorKey(), directory().store())) {
      assertThat(mode(file)).isEqualTo("rw-------");
    }
    PeerEntry operator = peers().get(0);
    assertThat(operator.peerId()).isEqualTo("operator");
    assertThat(operator.scopes()).containsExactly("operator");
    assertThat(operator.fingerprints())
        .containsExactly(KeyFiles.load(directory().operatorKey()).fingerprint());
  }

  @Test
  void laterStartsKeepTheKeyAndTouchNoPeers() throws Exception {
    String fingerprint;
    try (Node node = builder().start()) {
      fingerprint = node.fingerprint();
    }
    try (SqliteStore store = NodeStore.openForCommand(directory(), Optional.empty())) {
      NodeStore.await("remove", store.identities().removePeer("operator"));
    }
    for (int i = 0; i < 3; i++) {
      try (Node node = builder().start()) {
        assertThat(node.fingerprint()).isEqualTo(fingerprint);
        assertThat(node.summary()).isEqualTo(new Node.Summary(false, false, false, 0));
        assertThat(node.peers()).isZero();
      }
    }
  }

  @Test
  void earlierPeersFileIsImportedOnceAndSetAside() throws Exception {
    directory().create();
    String file =
        "{\"version\":1,\"peers\":[{\"peer_id\":\"%s\",\"fingerprints\":[\"ed25519:%s\"]}]}";
    Path earlier = directory().peers();
    write(earlier, file.formatted("worker", "a".repeat(64)));
    try (Node node = builder().start()) {
      assertThat(node.peers()).isOne();
      node.identities().removePeer("worker").toCompletableFuture().join();
      assertThat(node.peers()).isZero();
    }
    assertThat(earlier).doesNotExist();
    assertThat(earlier.resolveSibling("peers.json.imported")).exists();
    // Whoever was removed does not come back by a file that turns up again.
    write(earlier, file.formatted("worker", "a".repeat(64)));
    try (Node node = builder().start()) {
      assertThat(node.peers()).isZero();
    }
    assertThat(earlier).exists();
  }

  @Test
  void earlierPeersFileThatIsWrongKeepsTheStoreEmpty() throws Exception {
    directory().create();
    write(directory().peers(), "{\"version\":1,\"peers\":[{\"peer_id\":1}]}");
    assertRefused(Kind.CONFIGURATION, builder());
    write(directory().peers(), "{\"version\":1,\"peers\":[]}");
    try (Node node = builder().start()) {
      assertThat(node.peers()).isZero();
    }
  }

  private static void write(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void busyDefaultPortIsGivenUpForAFreeOne() throws Exception {
    try (DatagramSocket busy = takeDefaultPort();
        Node node = NodeBuilder.create().dataDirectory(temp.resolve("data")).start()) {
      assertThat(busy.isBound()).isTrue();
      assertThat(node.summary().portMoved()).isTrue();
      assertThat(node.address()).doesNotEndWith(":4433");
    }
  }

  /** If somebody else has it, it is busy as well. */
  private static DatagramSocket takeDefaultPort() throws IOException {
    try {
      return new DatagramSocket(4433, InetAddress.getLoopbackAddress());
    } catch (BindException taken) {
      return new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }
  }

  @Test
  void secondNodeOnTheDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
    try (Node node = builder().start()) {
      assertRefused(Kind.CANNOT_START, builder());
      assertThat(RunState.ofRunningNode(directory()).orElseThrow().addresses())
          .isEqualTo(node.listening());
    }
    assertThat(RunState.ofRunningNode(directory())).isEmpty();
    assertThat(RunState.file(directory())).doesNotExist();
  }

  @Test
  void failedStartGivesTheLockBack() throws Exception {
    try (DatagramSocket busy = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      assertRefused(Kind.CANNOT_START, builder().listen("127.0.0.1:" + busy.getLocalPort()));
    }
    try (Node node = builder().start()) {
      assertThat(node.listening()).hasSize(1);
    }
  }

  @Test
  void startedAndStoppedNodesLeaveNothingBehind() throws Exception {
    int rounds = "full".equals(System.getProperty("alknet.soak")) ? 100 : 10;
    builder().start().close();
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    long descriptors = openDescriptors();
    for (int i = 0; i < rounds; i++) {
      builder().demoOperations(true).start().close();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.isAlive() && thread.getName().startsWith("alknet"))
        .isSubsetOf(before);
    // The JVM opens some of its own; what each start left would be ten or more.
    assertThat(openDescriptors()).isLessThan(descriptors + rounds);
  }

  /** None where the system does not tell. */
  private static long openDescriptors() throws IOException {
    Path own = Path.of("/proc/self/fd");
    if (!Files.isDirectory(own)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(own)) {
      return all.count();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4433", "127.0.0.1", "::1:4433", "127.0.0.1:x", "127.0.0.1:70000", ":1"})
  void whatIsNoAddressIsAnInvalidSetting(String address) {
    assertRefused(Kind.CONFIGURATION, builder().listen(address));
  }

  @Test
  void drainTimeoutOutOfRangeIsAnInvalidSetting() {
    assertRefused(Kind.CONFIGURATION, builder().drainTimeout(Duration.ofHours(1)));
  }

  @Test
  void stateOfAProcessThatIsGoneOrAnotherOneIsIgnored() throws Exception {
    directory().create();
    long self = ProcessHandle.current().pid();
    Optional<Instant> start = ProcessHandle.current().info().startInstant();
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();

    assertThat(readBack(self, start)).isPresent();
    assertThat(readBack(gone.pid(), Optional.empty())).isEmpty();
    assertThat(readBack(self, start.map(time -> time.minusSeconds(60)))).isEmpty();
  }

  private Optional<RunState> readBack(long pid, Optional<Instant> start) throws IOException {
    new RunState(
            pid,
            start,
            "0",
            List.of("127.0.0.1:1"),
            List.of("alknet/call"),
            "ed25519:" + "a".repeat(64),
            Optional.of(directory().store()),
            Optional.of("hinted"),
            1,
            1,
            List.of("worker-a"),
            "ok",
            0,
            Map.of("alknet/call", 0L),
            List.of(),
            Map.of(),
            Instant.now(),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.empty())
        .write(directory());
    return RunState.ofRunningNode(directory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"version\":1,\"pid\":\"x\"}", "{\"version\":2}"})
  void stateThatMakesNoSenseIsIgnored(String content) throws Exception {
    directory().create();
    Files.writeString(RunState.file(directory()), content);

    assertThat(RunState.ofRunningNode(directory())).isEmpty();
  }

  @Test
  void directoryOthersMayWriteIsRefused() throws Exception {
    Files.createDirectory(directory().root());
    Files.setPosixFilePermissions(directory().root(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertRefused(Kind.UNSAFE, builder());
  }
}
