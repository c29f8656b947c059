package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.admin.VaultRotation;
import org.alknet.cli.assembly.ConfiguredVault;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.VaultPassword;
import org.alknet.store.sqlite.SqliteStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups while a node runs, and rotations that are cut short. */
class StoreAndRotationTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @TempDir Path home;

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private void secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void vault() throws Exception {
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    secret("phrase.txt", TestVault.PHRASE);
    run("init", "--vault", "--password-file", "password");
    for (String name : NAMES) {
      secret("value", "value-of-" + name);
      assertThat(run("credential", "put", name, "--file", "value").exit()).isZero();
    }
  }

  private void everyCredentialIsReadable() {
    for (String name : NAMES) {
      assertThat(run("credential", "get", name, "--reveal").out())
          .isEqualTo("value-of-" + name + "\n");
    }
  }

  @Test
  void rotationCutShortAtAnyCredentialLeavesAllReadableAndIsFinishedByTheNext() throws Exception {
    vault();
    DataDirectory directory = new DataDirectory(home.resolve(".alknet"));
    Optional<NodeConfig> config =
        Optional.of(NodeConfig.load(directory.root().resolve("alknet.toml"), directory));
    for (int cut = 1; cut <= NAMES.size(); cut++) {
      long version = 2L + cut;
      int last = cut;
      AtomicInteger done = new AtomicInteger();
      try (SqliteStore store = NodeStore.openForCommand(directory, config);
          NodeVault vault =
              ConfiguredVault.unlock(
                  config.get().vault().orElseThrow(), Optional.empty(), VaultPassword.NONE)) {
        VaultRotation rotation = new VaultRotation(store, vault, version);
        assertThatThrownBy(
                () ->
                    rotation.run(
                        List.of(),
                        step -> {
                          if (done.incrementAndGet() == last) {
                            throw new IOException("killed");
                          }
                        }))
            .hasMessage("killed");
        assertThat(rotation.pending(List.of())).hasSize(NAMES.size() - cut);
      }
      everyCredentialIsReadable();

      Result rest = run("vault", "rotate", "--to", "v" + version);

      assertThat(rest.exit()).as(rest.err()).isZero();
      assertThat(rest.out())
          .contains((NAMES.size() - cut) + " rotated, " + cut + " skipped, 0 failed");
      everyCredentialIsReadable();
    }
    assertThat(run("credential", "list").out()).contains("v6").doesNotContain("v2");
  }

  @Test
  void rotationBacksUpFirstAndReportsWhatItCannotRead() throws Exception {
    vault();
    Result dry = run("vault", "rotate", "--to", "3", "--dry-run");
    secret("other", "something else");
    TestVault.create(home.resolve("elsewhere"), TestVault.OTHER_PHRASE);
    Result foreign =
        run(
            "credential",
            "put",
            "b",
            "--file",
            "other",
            "--replace",
            "--keystore",
            "elsewhere/vault.json",
            "--password-file",
            "password",
            "-C",
            plain().toString());
    Result rotated = run("vault", "rotate", "--to", "3");
    Result missing = run("vault", "rotate", "--to", "3", "--provider", "zzz");

    assertThat(dry.out()).contains("would rotate a  v2").contains("would rotate d  v2");
    assertThat(foreign.exit()).as(foreign.err()).isZero();
    assertThat(rotated.exit()).isEqualTo(28);
    assertThat(rotated.out()).contains("failed b  v2: ").contains("3 rotated, 0 skipped, 1 failed");
    assertThat(rotated.err()).contains("backup: ~/.alknet/backups/before-rotate-");
    assertThat(missing.exit()).isEqualTo(6);
    assertThat(run("vault", "rotate", "--to", "1").exit()).isEqualTo(2);
    assertThat(run("vault", "rotate", "--to", "x").exit()).isEqualTo(2);
  }

  /** A configuration that expects no identity. */
  private Path plain() throws IOException {
    Path file = home.resolve("plain.toml");
    Files.writeString(file, "[demo]\nenabled = false\n");
    return file;
  }

  @Test
  void restoreIsSeenByARunningNodeAndShoutsAboutWhoComesBack() throws Exception {
    try (Node node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start()) {
      run("keygen", "--out", "w.key");
      String key = run("fingerprint", "w.key").out().strip();
      run("peer", "add", "w", "--fingerprint", key, "--scope", "operator");
      Result backup = run("store", "backup", "copy.db");
      run("peer", "disable", "w");
      run("peer", "add", "new", "--fingerprint", "ed25519:" + "a1".repeat(32));
      Result shutOut = run("call", "demo/secret", "--identity", "w.key");

      Result dry = run("store", "restore", "copy.db", "--dry-run");
      Result unasked = run("store", "restore", "copy.db");
      Result stillOut = run("call", "demo/secret", "--identity", "w.key");
      Result restored = run("store", "restore", "copy.db", "--yes");

      assertThat(backup.exit()).as(backup.err()).isZero();
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("copy.db"))))
          .isEqualTo("rw-------");
      assertThat(run("store", "backup", "copy.db").exit()).isEqualTo(8);
      assertThat(shutOut.exit()).isEqualTo(21);
      assertThat(dry.out())
          .contains("peer ~ w  ENABLED AGAIN")
          .contains("peer - new")
          .contains("LET IN AGAIN: w")
          .contains("nothing was changed");
      assertThat(unasked.exit()).isEqualTo(8);
      assertThat(unasked.err()).contains("LET IN AGAIN: w");
      assertThat(stillOut.exit()).isEqualTo(21);
      assertThat(restored.exit()).as(restored.err()).isZero();
      awaitPeer(node, key);
      assertThat(run("call", "demo/secret", "--identity", "w.key").exit()).isZero();
      assertThat(run("peer", "show", "new").exit()).isEqualTo(6);
    }
  }

  private static void awaitPeer(Node node, String key) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (node.identities().resolveFromFingerprint(key).isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsNoBackupIsRefusedAndNothingChanges() throws Exception {
    run("peer", "list");
    Files.writeString(home.resolve("no.db"), "this is no database at all");

    Result foreign = run("store", "restore", "no.db", "--yes");
    assertThat(foreign.exit()).isEqualTo(5);
    assertThat(foreign.err()).doesNotContain("backend error");
    assertThat(run("store", "restore", "none.db", "--yes").exit()).isEqualTo(6);
    assertThat(run("peer", "list").out()).contains("operator");
    assertThat(run("store", "check").out()).isEqualTo("ok\n");
  }

  @Test
  void storeIsPrunedAndSaysWhetherItIsOfThisVersion() throws Exception {
    Result none = run("store", "migrate", "--dry-run");
    run("peer", "list");
    Result dry = run("store", "migrate", "--dry-run");
    Result pruned = run("store", "prune", "--keep", "1");

    assertThat(none.exit()).isEqualTo(6);
    assertThat(dry.exit()).as(dry.err()).isZero();
    assertThat(dry.out()).matches("version [0-9]+, which is that of this program: .*\n");
    assertThat(run("store", "migrate", "--json").out()).contains("\"migrated\":false");
    assertThat(pruned.out()).startsWith("pruned: at most 1 notifications");
    assertThat(run("store", "prune", "--keep", "0").exit()).isEqualTo(2);
    assertThat(run("peer", "list").out()).contains("operator");
  }

  @Test
  void watchPrintsANotificationForEachChangeUntilItIsStopped() throws Exception {
    run("peer", "list");
    try (InProcess.Running watch = new InProcess(home).start("store", "watch")) {
      // The watcher is there when the first of our changes is.
      for (int i = 0; !watch.out().contains("peers_changed"); i++) {
        run("peer", "update", "operator", "--name", "name " + i);
      }
      assertThat(watch.stop("INT")).isZero();
      assertThat(watch.out().lines())
          .allMatch(line -> line.contains("\"channel\":\"peers_changed\""));
    }
  }

  @Test
  void passwordIsChangedAndThePhraseShownOnlyToSomebodyWhoTypesThatItIsMeant() throws Exception {
    vault();
    secret("next", "battery staple");
    Result wrong =
        run("vault", "change-password", "--password-file", "next", "--new-password-file", "next");
    Result changed = run("vault", "change-password", "--new-password-file", "next");
    Result old = run("vault", "unlock");
    Result now = run("vault", "unlock", "--password-file", "next");
    Result script = run("vault", "export", "--password-file", "next");
    Result other =
        new InProcess(home)
            .terminal()
            .input("yes\n")
            .run("vault", "export", "--password-file", "next");
    Result shown =
        new InProcess(home)
            .terminal()
            .input("show\n")
            .run("vault", "export", "--password-file", "next");

    assertThat(wrong.exit()).isEqualTo(7);
    assertThat(changed.exit()).as(changed.err()).isZero();
    assertThat(old.exit()).isEqualTo(7);
    assertThat(now.out()).isEqualTo(changed.out());
    assertThat(script.exit()).isEqualTo(8);
    assertThat(other.exit()).isEqualTo(8);
    assertThat(other.out()).isEmpty();
    assertThat(shown.out()).isEqualTo(Files.readString(home.resolve("phrase.txt")));
  }

  @Test
  void credentialIsShownWithoutItsValueUnlessThatIsAskedFor() throws Exception {
    vault();
    Result plain = run("credential", "show", "a");
    Result envelope = run("credential", "show", "a", "--envelope");
    Result test = run("credential", "test", "a");
    Result refused =
        new InProcess(home).terminal().input("n\n").run("credential", "show", "a", "--reveal");
    Result revealed = run("credential", "show", "a", "--reveal");

    assertThat(plain.exit()).isZero();
    assertThat(plain.out() + plain.err() + envelope.out() + test.out())
        .doesNotContain("value-of-a");
    assertThat(envelope.out()).contains("\"key_version\":2");
    assertThat(test.out()).isEqualTo("credential \"a\" decrypts: 10 characters\n");
    assertThat(refused.exit()).isEqualTo(8);
    assertThat(refused.out()).isEmpty();
    assertThat(revealed.out()).isEqualTo("value-of-a\n");
    assertThat(run("credential", "show", "none").exit()).isEqualTo(6);
    assertThat(run("credential", "show", "a", "--reveal", "--envelope").exit()).isEqualTo(2);
  }

  @Test
  void credentialIsShownToItsServiceOnceAndNowhereElse() throws Exception {
    vault();
    try (OneAnswer fine = new OneAnswer("204 No Content");
        OneAnswer refusal = new OneAnswer("401 Unauthorized");
        OneAnswer elsewhere = new OneAnswer("302 Found\r\nLocation: " + refusal.url())) {
      Result accepted = run("credential", "test", "a", "--url", fine.url(), "--json");
      Result redirected = run("credential", "test", "a", "--url", elsewhere.url());
      Result refused =
          run("credential", "test", "a", "--url", refusal.url(), "--header", "X-Api-Key");

      assertThat(accepted.exit()).as(accepted.err()).isZero();
      assertThat(accepted.out()).contains("\"status\":204").doesNotContain("value-of-a");
      assertThat(fine.request()).contains("Authorization: Bearer value-of-a\r\n");
      assertThat(redirected.exit()).isEqualTo(28);
      assertThat(refused.exit()).isEqualTo(21);
      assertThat(refused.out()).contains("answers 401").doesNotContain("value-of-a");
      // The first request it got is this one: nobody followed the redirect.
      assertThat(refusal.request()).contains("X-Api-Key: value-of-a\r\n");
    }
    assertThat(run("credential", "test", "a", "--url", "http://example.org/").exit()).isEqualTo(2);
    assertThat(run("credential", "test", "a", "--url", "nonsense").exit()).isEqualTo(2);
  }

  /** Answers one request over HTTP. */
  private static final class OneAnswer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<String> request = new CompletableFuture<>();

    OneAnswer(String status) throws IOException {
      new Thread(() -> answer(status), "one-answer").start();
    }

    private void answer(String status) {
      try (Socket client = socket.accept()) {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) client.getInputStream().read());
        }
        request.complete(head.toString());
        client
            .getOutputStream()
            .write(
                ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException failed) {
        request.completeExceptionally(failed);
      }
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort() + "/v1/models";
    }

    String request() throws Exception {
      return request.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void derivedSecretGoesIntoAFileAfterAQuestionAndNowhereElse() throws Exception {
    vault();
    Result node = run("vault", "derive", "m/74'/0'/0'/0'");
    Result ethereum = run("vault", "derive", "m/44'/60'/0'/0/0", "--type", "secp256k1");
    Result unasked = run("vault", "derive", "m/74'/0'/0'/7'", "--private", "--out", "d.key");
    Result written =
        run("vault", "derive", "m/74'/0'/0'/7'", "--private", "--out", "d.key", "--yes");

    assertThat(node.out()).startsWith(run("vault", "unlock").out().strip() + "\n");
    assertThat(ethereum.out()).startsWith("0x");
    assertThat(unasked.exit()).isEqualTo(8);
    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(run("fingerprint", "d.key").out())
        .isEqualTo(written.out().lines().findFirst().orElse("") + "\n");
    assertThat(written.out()).doesNotContain(Files.readString(home.resolve("d.key")).strip());
    assertThat(run("vault", "derive", "m/1", "--private").exit()).isEqualTo(2);
    assertThat(run("vault", "derive", "nonsense").exit()).isEqualTo(7);
  }
}
