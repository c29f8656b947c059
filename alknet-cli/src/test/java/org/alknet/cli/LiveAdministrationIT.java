package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flagship scenario: one process serves, others decide who may do what there. */
class LiveAdministrationIT {
  @TempDir Path home;

  private RunningCli run(String... arguments) throws Exception {
    return RunningCli.run(home, arguments);
  }

  @Test
  void peerIsLetInAtOnceAndDisablingItEndsItsLiveSubscription() throws Exception {
    try (RunningCli node =
        RunningCli.start(home, "serve", "--listen", "127.0.0.1:0", "--log-level", "off")) {
      node.awaitErr("try it");
      assertThat(node.err()).contains("alknet.db  1 peer, 0 credentials, watching (");
      String fingerprint = run("keygen", "--out", "w1.key").err().strip();
      RunningCli added =
          run("peer", "add", "w1", "--fingerprint", fingerprint, "--scope", "operator");
      assertThat(added.out()).startsWith("peer \"w1\" added (live in 1 running node, ");

      RunningCli secret = run("call", "demo/secret", "--identity", "w1.key");
      assertThat(secret.err()).isEmpty();
      assertThat(secret.exit()).isZero();

      try (RunningCli live =
          RunningCli.start(
              home, "subscribe", "demo/ticker", "-P", "interval_ms:=50", "--identity", "w1.key")) {
        live.awaitOut("{\"n\":1,");
        RunningCli disabled = run("peer", "disable", "w1");
        assertThat(disabled.out()).startsWith("peer \"w1\" disabled (live in 1 running node, ");
        assertThat(live.exit()).isEqualTo(12);
      }

      RunningCli refused = run("call", "demo/secret", "--identity", "w1.key");
      assertThat(refused.exit()).isEqualTo(21);
      assertThat(refused.err()).contains("alknet peer add NAME --fingerprint " + fingerprint);

      RunningCli stop = run("stop");
      assertThat(stop.exit()).isZero();
      assertThat(node.exit()).isZero();
    }
  }
}
