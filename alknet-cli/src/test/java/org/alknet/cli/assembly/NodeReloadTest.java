package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.alknet.cli.assembly.NodeException.Kind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeReloadTest {
  private static final String PEER =
      """
      [[auth.peers]]
      peer_id = "%s"
      fingerprints = ["ed25519:%s"]
      scopes = ["operator"]
      """;

  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = temp.resolve("alknet.toml");
    write("");
  }

  private void write(String more) throws IOException {
    Files.writeString(
        file, "listen_addr = \"127.0.0.1:0\"\n[identity]\nsource = \"config\"\n" + more);
  }

  private static String peer(String id, String digit) {
    return PEER.formatted(id, digit.repeat(64));
  }

  @Test
  void changedFileIsPutInForceWithItsDifference() throws Exception {
    write(peer("worker-a", "a") + peer("worker-b", "b"));
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(node.peers()).isEqualTo(2);
      write(
          peer("worker-b", "b")
              + peer("worker-c", "c")
              + "[rate_limits]\nmax_auth_attempts = 3\n[demo]\nenabled = true\n");
      ReloadReport report = node.reload();

      assertThat(report.accepted()).isTrue();
      assertThat(report.generation()).isOne();
      assertThat(report.changes())
          .isEqualTo(
              Map.of(
                  "peers_added", "worker-c",
                  "peers_removed", "worker-a",
                  "limits", "max_auth_attempts:5->3"));
      assertThat(report.needRestart()).containsExactly("demo.enabled");
      assertThat(report.summary())
          .startsWith("configuration reloaded, changed: peers_added worker-c")
          .endsWith("; needs a restart: demo.enabled");
      RunState state = RunState.ofRunningNode(node.directory()).orElseThrow();
      assertThat(state.configuration()).contains(file);
      assertThat(state.generation()).isOne();
      assertThat(state.lastReload()).contains(report);
    }
  }

  @Test
  void logLevelIsPutInForceIfSomebodyCanAndWaitsForARestartOtherwise() throws Exception {
    List<String> levels = new ArrayList<>();
    try (Node node = NodeBuilder.fromConfig(file).logLevel(levels::add).start()) {
      write("[logging]\nlevel = \"debug\"\n");
      ReloadReport report = node.reload();
      ReloadReport again = node.reload();

      assertThat(report.changes()).isEqualTo(Map.of("log_level", "info->debug"));
      assertThat(report.needRestart()).isEmpty();
      assertThat(again.changes()).isEmpty();
      assertThat(levels).containsExactly("debug");
    }
    write("");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      write("[logging]\nlevel = \"debug\"\n");
      assertThat(node.reload().needRestart()).containsExactly("logging.level");
    }
  }

  @Test
  void wrongFileKeepsTheOldConfigurationAndSaysWhere() throws Exception {
    write(peer("worker-a", "a"));
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      write(peer("worker-a", "a") + "[rate_limits]\nmax_auth_attempt = 3\n");
      ReloadReport report = node.reload();
      Files.delete(file);
      ReloadReport missing = node.reload();

      assertThat(report.accepted()).isFalse();
      assertThat(report.problems())
          .containsExactly(
              file
                  + ":9:1: rate_limits.max_auth_attempt: is not a known setting;"
                  + " did you mean \"max_auth_attempts\"?");
      assertThat(missing.accepted()).isFalse();
      assertThat(missing.problems()).containsExactly("no such configuration file: " + file);
      assertThat(missing.generation()).isZero();
      assertThat(RunState.ofRunningNode(node.directory()).orElseThrow().lastReload())
          .contains(missing);
    }
  }

  @Test
  void nodeWithoutAFileSaysSo() throws Exception {
    Files.delete(file);
    try (Node node = NodeBuilder.create().dataDirectory(temp).listen("127.0.0.1:0").start()) {
      ReloadReport report = node.reload();

      assertThat(report.accepted()).isFalse();
      assertThat(report.problems()).containsExactly("this node runs without a configuration file");
    }
  }

  @Test
  void fileInTheDataDirectoryAppliesWithoutBeingNamed() throws Exception {
    write("[demo]\nenabled = true\n");
    try (Node node = NodeBuilder.create().dataDirectory(temp).start()) {
      assertThat(node.configuration()).contains(file);
      assertThat(node.summary().demoOperations()).isEqualTo(10);
      assertThat(node.peers()).isZero();
    }
  }

  @Test
  void whatTheBuilderSaysCountsBeforeTheFile() throws Exception {
    write("[demo]\nenabled = true\n");
    try (Node node = NodeBuilder.fromConfig(file).demoOperations(false).start()) {
      assertThat(node.summary().demoOperations()).isZero();
    }
  }

  @Test
  void wrongFileKeepsTheNodeFromStarting() throws Exception {
    write("[strore]\n");

    assertThatThrownBy(() -> NodeBuilder.create().dataDirectory(temp).start())
        .isInstanceOfSatisfying(
            NodeException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION);
              assertThat(refused.advice()).hasSize(1);
            });
    assertThat(Files.exists(temp.resolve("node.key"))).isFalse();
  }

  @Test
  void keyFileOfTheConfigurationIsMadeWhereItIsNamed() throws Exception {
    write("[tls_identity]\ntype = \"raw_key\"\nkey_file = \"other.key\"\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(node.summary().newKey()).isTrue();
      assertThat(KeyFiles.load(temp.resolve("other.key")).fingerprint())
          .isEqualTo(node.fingerprint());
    }
    assertThat(List.of("node.key")).noneMatch(name -> Files.exists(temp.resolve(name)));
  }
}
