package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names for remotes, and what they stand for. */
class RemoteCommandsTest {
  @TempDir static Path served;

  private static final String OTHER =
      "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  private static Node node;
  private static String host;

  @TempDir Path home;

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(served)
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start();
    host = node.address().substring(node.address().indexOf('@') + 1);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Path secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  @Test
  void savedRemoteIsDialledByItsName() throws Exception {
    Result added = run("remote", "add", "hub", node.address());
    Result listed = run("remote", "list");
    Result called = run("call", "-r", "hub", "demo/echo", "{\"a\":1}");

    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.out()).isEqualTo("remote \"hub\" saved\n");
    assertThat(added.err()).contains("presented " + node.fingerprint() + "; verified by pinned");
    assertThat(listed.out()).contains("hub").contains(host).contains(node.fingerprint());
    assertThat(called.out()).isEqualTo("{\"a\":1}\n");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve(".alknet/remotes.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void selectedRemoteIsTheDefaultUntilTheLocalNodeIsChosen() {
    Result nothing = run("call", "demo/echo");
    run("remote", "add", "hub", node.address(), "--use");
    Result selected = run("call", "demo/echo");
    Result test = run("remote", "test", "hub", "--json");
    run("remote", "use", "--local");
    Result local = run("call", "demo/echo");

    assertThat(nothing.exit()).isEqualTo(2);
    assertThat(selected.out()).isEqualTo("{}\n");
    assertThat(test.out()).contains("\"verified_by\":\"pin\"").contains("\"demo/echo\"");
    assertThat(local.exit()).isEqualTo(2);
    assertThat(run("remote", "use", "nowhere").exit()).isEqualTo(6);
    assertThat(run("remote", "use").exit()).isEqualTo(2);
  }

  @Test
  void remoteWhoseKeyIsAnotherIsNotSavedAndNothingIsTakenOver() {
    Result pinned = run("remote", "add", "hub", host, "--fingerprint", OTHER);
    Result unpinned = run("remote", "add", "hub", host);
    Result later = run("remote", "add", "hub", host, "--fingerprint", OTHER, "--no-verify-now");
    Result call = run("call", "-r", "hub", "demo/echo");

    assertThat(pinned.exit()).isEqualTo(11);
    assertThat(unpinned.exit()).isEqualTo(11);
    assertThat(later.exit()).isZero();
    assertThat(call.exit()).isEqualTo(11);
    assertThat(call.err())
        .contains(
            "alknet remote add hub "
                + host
                + " --fingerprint "
                + node.fingerprint()
                + " --replace");
  }

  @Test
  void eitherOfTwoPinsWillDo() {
    run("remote", "add", "hub", node.address(), "--fingerprint", OTHER);

    assertThat(run("call", "-r", "hub", "demo/echo").exit()).isZero();
    assertThat(run("remote", "show", "hub").out()).contains(OTHER).contains(node.fingerprint());
  }

  @Test
  void nameThatIsTakenIsReplacedOnlyOnRequestAndAskedForBeforeItGoes() {
    run("remote", "add", "hub", node.address());
    Result again = run("remote", "add", "hub", node.address());
    Result replaced = run("remote", "add", "hub", node.address(), "--replace");
    Result unasked = run("remote", "remove", "hub");
    Result removed = run("remote", "remove", "hub", "--yes");

    assertThat(again.exit()).isEqualTo(8);
    assertThat(replaced.exit()).isZero();
    assertThat(unasked.exit()).isEqualTo(8);
    assertThat(removed.exit()).isZero();
    assertThat(run("remote", "show", "hub").exit()).isEqualTo(6);
    assertThat(run("call", "-r", "hub", "demo/echo").exit()).isEqualTo(6);
    assertThat(run("remote", "add", "a:1", node.address()).exit()).isEqualTo(2);
    assertThat(run("remote", "add", "hub", "nowhere").exit()).isEqualTo(2);
  }

  @Test
  void identityAndTokenOfARemoteGoWithEveryCall() throws Exception {
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    run("init", "--vault", "--password-file", "password");
    new InProcess(home).run("keygen", "--out", "worker.key");
    Path token = served.resolve("script.token");
    Result issued =
        new InProcess(served)
            .run(
                "-d",
                served.toString(),
                "peer",
                "add",
                "script",
                "--issue-token",
                "--out",
                token.toString(),
                "--scope",
                "operator");
    run(
        "remote",
        "add",
        "hub",
        node.address(),
        "--identity",
        "worker.key",
        "--token-file",
        token.toString());
    Result vaulted = run("call", "-r", "hub", "demo/whoami", "--pointer", "/id", "--raw");
    run("remote", "add", "path", node.address(), "--token-path", token.toString());
    Result path = run("call", "-r", "path", "demo/whoami", "--pointer", "/id", "--raw");
    Result anonymous = run("call", "-r", "hub", "--anonymous", "demo/secret");
    Result removed = run("remote", "rm", "hub", "--yes");

    assertThat(issued.exit()).as(issued.err()).isZero();
    assertThat(vaulted.out()).as(vaulted.err()).isEqualTo("script\n");
    assertThat(path.out()).as(path.err()).isEqualTo("script\n");
    assertThat(anonymous.exit()).isEqualTo(21);
    assertThat(Files.readString(home.resolve(".alknet/remotes.json")))
        .doesNotContain(Files.readString(token).strip());
    assertThat(removed.exit()).isZero();
    assertThat(run("credential", "list").out()).doesNotContain("remote:hub");
  }

  @Test
  void tokenWithoutAVaultIsRefusedWithTheWayOut() throws Exception {
    secret("t", "alk_nobodys-token-at-all-0000000000");
    Result refused = run("remote", "add", "hub", node.address(), "--token-file", "t");

    assertThat(refused.exit()).isEqualTo(7);
    assertThat(refused.err()).contains("--token-path FILE");
    assertThat(run("remote", "show", "hub").exit()).isEqualTo(6);
  }

  @Test
  void peerIsReachedThroughTheRemoteThatHasItsKey() {
    run("remote", "add", "hub", node.address());
    run("peer", "add", "neighbour", "--fingerprint", node.fingerprint());

    assertThat(run("call", "-r", "neighbour", "demo/echo").exit()).isZero();
    assertThat(run("call", "-r", "operator", "demo/echo").exit()).isEqualTo(6);
  }

  @Test
  void brokenFileIsRefusedAndNamed() throws Exception {
    run("remote", "add", "hub", node.address());
    Path file = home.resolve(".alknet/remotes.json");
    Files.writeString(file, Files.readString(file).replace("ed25519:", "ed25519:zz"));
    Result broken = run("call", "-r", "hub", "demo/echo");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    Result open = run("remote", "list");

    assertThat(broken.exit()).isEqualTo(5);
    assertThat(broken.err()).contains("remotes.json").contains("a fingerprint that is none");
    assertThat(open.exit()).isEqualTo(8);
  }
}
