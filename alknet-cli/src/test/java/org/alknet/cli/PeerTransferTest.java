package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers carried from one node to another. */
class PeerTransferTest {
  private static final String FIRST = "ed25519:" + "a1".repeat(32);
  private static final String SECOND = "ed25519:" + "b2".repeat(32);

  @TempDir Path home;

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private void fill() {
    run("peer", "add", "w1", "--fingerprint", FIRST, "--scope", "jobs:run", "--name", "A \"b\" \\");
    run("peer", "add", "w2", "--fingerprint", SECOND, "--resource", "git=x", "--disabled");
    run("token", "issue", "--peer", "w1", "--out", "w1.token");
  }

  private void export(String name, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("peer", "export"));
    line.addAll(List.of(more));
    Files.writeString(home.resolve(name), run(line.toArray(String[]::new)).out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "toml"})
  void exportedPeersAreTheSameOnTheOtherSide(String format) throws Exception {
    fill();
    export("peers." + format, "--format", format);
    Result imported =
        run("-d", "other", "peer", "import", "peers." + format, "--mode", "replace", "--yes");

    assertThat(imported.exit()).as(imported.err()).isZero();
    assertThat(imported.err()).contains("+ w1").contains("+ w2").contains("~ operator  keys");
    assertThat(imported.out())
        .isEqualTo("2 added, 1 changed, 0 removed, 0 unchanged (stored; no running node)\n");
    assertThat(run("-d", "other", "peer", "export").out()).isEqualTo(run("peer", "export").out());
    assertThat(run("-d", "other", "token", "verify", "--file", "w1.token").out())
        .isEqualTo("w1   jobs:run\n");
    assertThat(run("peer", "import", "peers." + format).out()).startsWith("0 added, 0 changed");
  }

  @Test
  void exportPeersIsPeerExportAndLeavesTokensOutIfAsked() {
    fill();
    run("peer", "add", "tokens-only", "--issue-token", "--out", "only.token");

    for (String more : List.of("", "--format=toml", "--no-tokens", "w1")) {
      String[] tail = more.isEmpty() ? new String[0] : new String[] {more};
      Result one = run(line("peer", "export", tail));
      Result other = run(line("export", "peers", tail));
      assertThat(other).as(more).isEqualTo(one);
      assertThat(other.exit()).isZero();
    }
    assertThat(run("export", "peers").out()).contains("auth_token_hash", "tokens-only");
    Result bare = run("export", "peers", "--no-tokens");
    assertThat(bare.out()).contains("w1", FIRST).doesNotContain("auth_token_hash", "tokens-only");
    assertThat(bare.err()).contains("warning: peer tokens-only has no key");
    assertThat(run("export", "peers", "nobody").exit()).isEqualTo(6);
  }

  private static String[] line(String first, String second, String... more) {
    List<String> words = new ArrayList<>(List.of(first, second));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void dryRunShowsTheDifferenceAndWritesNothing() throws Exception {
    fill();
    export("peers.jsonl");
    run("peer", "enable", "w2");
    run("peer", "remove", "w1", "--yes");
    run("peer", "add", "w3", "--fingerprint", FIRST);
    String before = run("peer", "export").out();
    Result dry = run("peer", "import", "peers.jsonl", "--mode", "replace", "--dry-run");

    assertThat(dry.exit()).isZero();
    assertThat(dry.out())
        .contains("+ w1  scopes [jobs:run]\n")
        .contains("~ w2  disabled\n")
        .contains("- w3\n")
        .contains("1 added, 1 changed, 1 removed, 1 unchanged (nothing was written)");
    assertThat(run("peer", "export").out()).isEqualTo(before);
  }

  @Test
  void nothingIsWrittenUnlessSomebodySaysSoAndRevokedPeersThatComeBackAreShouted()
      throws Exception {
    fill();
    export("peers.jsonl");
    run("peer", "disable", "w1");
    String before = run("peer", "export").out();
    Result unasked = run("peer", "import", "peers.jsonl");
    Result refused =
        new InProcess(home).terminal().input("n\n").run("peer", "import", "peers.jsonl");
    String untouched = run("peer", "export").out();
    Result agreed =
        new InProcess(home).terminal().input("y\n").run("peer", "import", "peers.jsonl");

    assertThat(unasked.exit()).isEqualTo(8);
    assertThat(unasked.err()).contains("~ w1  ENABLED AGAIN");
    assertThat(refused.exit()).isEqualTo(8);
    assertThat(untouched).isEqualTo(before);
    assertThat(agreed.exit()).isZero();
  }

  @Test
  void keyMayMoveToAnotherPeerInOneTransaction() throws Exception {
    fill();
    Files.writeString(
        home.resolve("p.jsonl"),
        "{\"peer_id\":\"new\",\"fingerprints\":[\"" + FIRST + "\"],\"scopes\":[]}\n");
    Result merged = run("peer", "import", "p.jsonl", "--yes");
    Result replaced = run("peer", "import", "p.jsonl", "--mode", "replace", "--yes");

    assertThat(merged.exit()).isEqualTo(5);
    assertThat(merged.err()).contains("nothing was imported").contains("claimed by another peer");
    assertThat(replaced.exit()).isZero();
    assertThat(run("peer", "list").out()).contains("new").doesNotContain("w1");
  }

  @Test
  void everyProblemOfAFileIsToldWithItsLine() throws Exception {
    Files.writeString(
        home.resolve("bad.jsonl"), "\n{\"peer_id\":\"a\",\"fingerprint\":[]}\n\n{\"peer_id\":7}\n");
    Result result = run("peer", "import", "bad.jsonl", "--yes");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err()).contains("bad.jsonl:2:").contains("bad.jsonl:4:");
    assertThat(run("peer", "import", "none.jsonl").exit()).isEqualTo(6);
  }

  @Test
  void peersOfAConfigurationAreImportedFromItsFile() throws Exception {
    Files.writeString(
        home.resolve("node.toml"),
        """
        listen_addr = "127.0.0.1:0"
        [demo]
        enabled = true
        [identity]
        source = "config"
        [[auth.peers]]
        peer_id = "w9"
        fingerprints = ["%s"]
        scopes = ["x"]
        """
            .formatted(SECOND));
    Result result = run("peer", "import", "node.toml", "--yes");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(run("peer", "show", "w9").out()).contains(SECOND);
  }
}
