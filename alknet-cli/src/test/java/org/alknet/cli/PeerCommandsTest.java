package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.alknet.canary.Canaries;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers as an operator changes them, with a node in this process and without one. */
class PeerCommandsTest {
  @TempDir Path home;

  private String first;
  private String second;

  @BeforeEach
  void makeKeys() throws Exception {
    first = key("first.key");
    second = key("second.key");
  }

  private String key(String name) throws Exception {
    Ed25519SecretKey key = KeyFiles.create(home.resolve(name));
    key.destroy();
    return key.fingerprint();
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Node serve() throws Exception {
    return NodeBuilder.create()
        .dataDirectory(home.resolve(".alknet"))
        .listen("127.0.0.1:0")
        .demoOperations(true)
        .start();
  }

  private int secret(String key) {
    return run("call", "demo/secret", "--identity", key).exit();
  }

  @Test
  void addedPeerIsLetInAndADisabledOneIsNot() throws Exception {
    try (Node node = serve()) {
      assertThat(secret("first.key")).isEqualTo(21);
      Result added = run("peer", "add", "w1", "--fingerprint", first, "--scope", "operator");

      assertThat(added.exit()).isZero();
      assertThat(added.out())
          .matches("peer \"w1\" added \\(live in 1 running node, [0-9]+ ms\\)\n");
      assertThat(node.peers()).isEqualTo(2);
      assertThat(secret("first.key")).isZero();
      assertThat(run("peer", "disable", "w1").exit()).isZero();
      assertThat(secret("first.key")).isEqualTo(21);
      assertThat(run("peer", "enable", "w1").exit()).isZero();
      assertThat(secret("first.key")).isZero();
      assertThat(run("peer", "update", "w1", "--remove-scope", "operator").exit()).isZero();
      assertThat(secret("first.key")).isEqualTo(21);
      assertThat(run("peer", "remove", "w1", "--yes").exit()).isZero();
      assertThat(node.peers()).isOne();
    }
  }

  @Test
  void rotationKeepsTheOldKeyOnlyIfAsked() throws Exception {
    try (Node node = serve()) {
      assertThat(node.peers()).isOne();
      run("peer", "add", "w1", "--fingerprint", first, "--scope", "operator");
      Result kept = run("peer", "rotate", "w1", "--fingerprint", second, "--keep-old", "24h");

      assertThat(kept.exit()).isZero();
      assertThat(kept.err()).contains("alknet peer rotate w1 --fingerprint " + second);
      for (String key : new String[] {"first.key", "second.key"}) {
        assertThat(run("call", "demo/whoami", "--pointer", "/id", "--raw", "--identity", key).out())
            .isEqualTo("w1\n");
      }
      run("peer", "rotate", "w1", "--fingerprint", second);
      assertThat(secret("first.key")).isEqualTo(21);
      assertThat(secret("second.key")).isZero();
    }
  }

  @Test
  void changesWithoutANodeAreStored() {
    Result added =
        run(
            "peer",
            "add",
            "w1",
            "--fingerprint",
            first,
            "--scope",
            "a",
            "--scope",
            "b",
            "--resource",
            "service=git",
            "--name",
            "Worker One",
            "--disabled",
            "--json");
    run(
        "peer",
        "update",
        "w1",
        "--set-scopes",
        "c,d",
        "--add-scope",
        "e",
        "--add-resource",
        "service=web",
        "--remove-resource",
        "service=git",
        "--rename",
        "w2");
    Result list = run("peer", "list");
    Result shown = run("peer", "show", "w2", "--json");

    assertThat(added.out())
        .isEqualTo(
            "{\"kind\":\"peer.change\",\"version\":1,\"data\":{\"peer_id\":\"w1\","
                + "\"action\":\"added\",\"running\":false,\"live\":false}}\n");
    assertThat(list.out().lines().map(line -> line.substring(0, line.indexOf(' '))))
        .containsExactly("ID", "operator", "w2");
    assertThat(shown.out())
        .isEqualTo(
            "{\"kind\":\"peer\",\"version\":1,\"data\":{\"peer_id\":\"w2\","
                + "\"display_name\":\"Worker One\",\"enabled\":false,\"fingerprints\":[\""
                + first
                + "\"],\"auth_token\":\"none\",\"scopes\":[\"c\",\"d\",\"e\"],"
                + "\"resources\":{\"service\":[\"web\"]}}}\n");
    assertThat(run("peer", "list", "--disabled", "--scope", "c", "--long").out())
        .hasLineCount(2)
        .contains("service=web");
  }

  @Test
  void issuedTokenGoesToAFileAndNowhereElse() throws Exception {
    Result piped = run("peer", "add", "s", "--issue-token");
    Result added = run("peer", "add", "s", "--issue-token", "--out", "s.token");
    String token = Files.readString(home.resolve("s.token"));
    Canaries.register("the token of a peer", token.strip());
    Result shown = run("peer", "show", "s");

    assertThat(piped.exit()).isEqualTo(8);
    assertThat(added.exit()).isZero();
    assertThat(added.out()).isEmpty();
    assertThat(token).matches("alk_[A-Za-z0-9_-]{43}\n");
    assertThat(added.err() + shown.out()).doesNotContain(token.strip());
    assertThat(shown.out()).contains("token          set").doesNotContain("sha256:");
  }

  @Test
  void tokenOfAPeerSpeaksForItAndVerifyAgrees() throws Exception {
    run("peer", "add", "s", "--fingerprint", first, "--scope", "operator");
    Result issued = run("token", "issue", "--peer", "s", "--out", "s.token");
    Canaries.register("the token of s", Files.readString(home.resolve("s.token")).strip());
    Result verified = run("token", "verify", "--file", "s.token");
    Result hash = run("token", "hash", "--file", "s.token");
    Files.writeString(home.resolve("other.token"), "alk_nobodys-token-at-all-0000000000\n");
    Files.setPosixFilePermissions(
        home.resolve("other.token"), PosixFilePermissions.fromString("rw-------"));

    assertThat(issued.exit()).isZero();
    assertThat(verified.out()).isEqualTo("s   operator\n");
    assertThat(hash.out()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(run("token", "verify", "--file", "other.token").exit()).isEqualTo(6);
    try (Node node = serve()) {
      assertThat(node.peers()).isEqualTo(2);
      assertThat(run("call", "demo/secret", "--anonymous", "--token-file", "s.token").exit())
          .isZero();
      assertThat(run("call", "demo/secret", "--anonymous", "--token-file", "other.token").exit())
          .isEqualTo(21);
    }
  }

  @Test
  void apiKeyIsATableForTheConfiguration() throws Exception {
    Result issued =
        run(
            "token",
            "issue",
            "--api-key",
            "--scope",
            "metrics:read",
            "--description",
            "monitoring",
            "--expires",
            "30d",
            "--out",
            "key.token");
    Files.writeString(home.resolve("node.toml"), issued.err().replaceFirst("^the API.*\n", ""));
    Result verified = run("-C", "node.toml", "token", "verify", "--file", "key.token");

    assertThat(issued.exit()).isZero();
    assertThat(issued.err()).contains("[[auth.api_keys]]").contains("expires_at = ");
    assertThat(verified.out()).matches("alk_.{4}   metrics:read\n");
    assertThat(run("token", "issue").exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "peer show none, 6, there is no peer none",
    "peer disable none, 6, alknet peer list",
    "peer remove none --yes, 6, there is no peer none",
    "peer remove operator, 8, Add --yes",
    "peer add w --fingerprint ed25519:12, 2, not a fingerprint",
    "peer add w, 2, nothing says how peer w is known",
    "peer add w --issue-token --token-file x, 2, exclude each other",
    "peer add w --token-file none, 6, no such file",
    "peer update operator --add-resource git, 2, a resource is TYPE=NAME",
    "peer update operator, 2, nothing says what to change about peer operator",
  })
  void mistakesHaveTheirCodes(String line, int code, String message) {
    Result result = run(line.split(" "));

    assertThat(result.exit()).isEqualTo(code);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message);
  }

  @Test
  void takenIdsAndKeysAreRefused() {
    run("peer", "add", "w1", "--fingerprint", first);
    Result again = run("peer", "add", "w1", "--fingerprint", second);
    Result claimed = run("peer", "add", "w2", "--fingerprint", first);
    Result replaced = run("peer", "add", "w1", "--fingerprint", second, "--replace");

    assertThat(again.exit()).isEqualTo(8);
    assertThat(again.err()).contains("there is a peer w1 already").contains("--replace");
    assertThat(claimed.exit()).isEqualTo(5);
    assertThat(claimed.err())
        .contains(first + " is the key of peer w1 already")
        .contains("alknet peer remove w1");
    assertThat(replaced.exit()).isZero();
    Result renamed = run("peer", "update", "w1", "--rename", "operator");
    assertThat(renamed.exit()).isEqualTo(5);
    assertThat(renamed.err()).contains("there is a peer operator already");
    Result rotated = run("peer", "rotate", "operator", "--fingerprint", second);
    assertThat(rotated.exit()).isEqualTo(5);
    assertThat(rotated.err()).contains("is the key of peer w1 already");
  }

  /** Whoever revokes a peer twice must not be told that the node does not know. */
  @Test
  void whatIsAsItWasIsLiveAsWell() throws Exception {
    try (Node node = serve()) {
      String[] add = {"peer", "add", "w1", "--fingerprint", first, "--replace"};
      for (String[] line :
          new String[][] {
            add,
            add,
            {"peer", "update", "w1", "--add-scope", "a"},
            {"peer", "update", "w1", "--add-scope", "a"},
            {"peer", "disable", "w1"},
            {"peer", "disable", "w1"},
            {"peer", "rotate", "w1", "--fingerprint", first}
          }) {
        Result result = run(line);
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("(live in 1 running node, ");
      }
      assertThat(node.peers()).isEqualTo(2);
    }
  }

  @Test
  void peersOfAConfigurationAreReadAndNeverWritten() throws Exception {
    Files.writeString(
        home.resolve("node.toml"),
        """
        [identity]
        source = "config"
        [[auth.peers]]
        peer_id = "w1"
        fingerprints = ["%s"]
        """
            .formatted(first));
    Result list = run("-C", "node.toml", "peer", "list");
    Result add = run("-C", "node.toml", "peer", "add", "w2", "--fingerprint", second);

    assertThat(list.out()).contains("w1").doesNotContain("operator");
    assertThat(add.exit()).isEqualTo(3);
    assertThat(add.err()).contains("Edit the file, then:  alknet reload");
    assertThat(home.resolve(".alknet/alknet.db")).doesNotExist();
  }
}
