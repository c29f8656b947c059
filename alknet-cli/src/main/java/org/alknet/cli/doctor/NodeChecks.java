package org.alknet.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.cli.assembly.HostPorts;
import org.alknet.cli.assembly.RunState;
import org.alknet.cli.client.LocalAddress;
import org.alknet.cli.client.RemoteSpec;
import org.alknet.core.AlknetDialer;
import org.alknet.core.RemoteAddress;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.RemoteIdentity;

/** Checks of the running node, and of what keeps one from running. */
final class NodeChecks {
  private static final int DEFAULT_PORT = 4433;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private NodeChecks() {}

  static List<Finding> runState(Patient patient) {
    Path file = RunState.file(patient.directory());
    if (patient.state().isPresent()) {
      return List.of(
          Finding.ok("run state", "a node runs, process " + patient.state().get().pid()));
    }
    return List.of(
        Files.exists(file)
            ? Finding.warn(
                "run state",
                file + " is left over from a node that was killed; it is ignored",
                "alknet serve  replaces it.")
            : Finding.ok("run state", "no node runs"));
  }

  static List<Finding> port(Patient patient) {
    if (patient.state().isPresent()) {
      return List.of(Finding.ok("udp port", "the node has " + patient.state().get().addresses()));
    }
    List<Finding> findings = new ArrayList<>();
    List<InetSocketAddress> wanted =
        patient.config().map(c -> c.core().listenAddresses()).orElse(List.of());
    List<InetSocketAddress> addresses =
        wanted.isEmpty()
            ? List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT))
            : wanted;
    for (InetSocketAddress address : addresses) {
      try (DatagramChannel probe = DatagramChannel.open()) {
        probe.bind(address);
        findings.add(Finding.ok("udp port", HostPorts.format(address) + " is free"));
      } catch (IOException taken) {
        findings.add(
            wanted.isEmpty()
                ? Finding.warn(
                    "udp port",
                    HostPorts.format(address) + " is taken; serve will take a free one",
                    "ss -ulpn  shows who has it.")
                : Finding.fail(
                    "udp port",
                    HostPorts.format(address) + " cannot be bound: " + taken.getMessage(),
                    "ss -ulpn  shows who has it; or change listen_addr."));
      }
    }
    return findings;
  }

  /** A whole handshake with the running node, with its key pinned. */
  static List<Finding> loopback(Patient patient) throws Exception {
    if (patient.state().isEmpty()) {
      return List.of();
    }
    RunState state = patient.state().get();
    RemoteSpec listening = RemoteSpec.parse(state.addresses().get(0));
    RemoteAddress address = LocalAddress.ofListener(listening.address());
    long began = System.nanoTime();
    try (AlknetDialer dialer = AlknetDialer.create()) {
      Connection connection =
          dialer
              .dial(
                  address,
                  Alpns.CALL,
                  ConnectionCredentials.none()
                      .withRemoteIdentity(RemoteIdentity.of(state.fingerprint())),
                  LIMIT)
              .toCompletableFuture()
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      connection.close(CloseCode.NO_ERROR, "");
      return List.of(
          Finding.ok(
              "loopback",
              "the node at "
                  + address
                  + " proves its key, "
                  + Duration.ofNanos(System.nanoTime() - began).toMillis()
                  + " ms"));
    } catch (ExecutionException | TimeoutException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      return List.of(
          Finding.fail(
              "loopback",
              "the node at " + address + " does not answer as it should: " + cause.getMessage(),
              "Its log tells more; or restart it."));
    }
  }

  static List<Finding> health(Patient patient) {
    if (patient.state().isEmpty()) {
      return List.of();
    }
    RunState state = patient.state().get();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        state.health().equals("ok")
            ? Finding.ok("node", "says that it is well")
            : Finding.fail("node", "says " + state.health(), "alknet store check; see its log."));
    if (state.lastReload().isPresent() && !state.lastReload().get().accepted()) {
      findings.add(
          Finding.warn(
              "node",
              "refused its configuration at " + state.lastReload().get().at(),
              "alknet config check, then alknet reload"));
    }
    return findings;
  }
}
