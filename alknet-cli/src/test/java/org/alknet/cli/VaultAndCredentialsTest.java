package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.alknet.canary.Canaries;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeException;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a phrase to a key of the node, and to a credential an operation is given. */
class VaultAndCredentialsTest {
  /** BIP-39's own first test vector. */
  private static final String PHRASE =
      Canaries.register("a phrase", "abandon ".repeat(11) + "about");

  private static final String VALUE = Canaries.register("a credential", "sk-canary-5d1f0b7e");

  @TempDir Path home;

  @BeforeEach
  void writePassword() throws Exception {
    secret("password", "correct horse");
  }

  private Path secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Result importPhrase() {
    return new InProcess(home)
        .input(PHRASE + "\n")
        .run("vault", "import", "--stdin", "--password-file", "password");
  }

  private Path configuration(String fingerprint) throws IOException {
    Path file = home.resolve(".alknet/alknet.toml");
    Files.writeString(
        file,
        """
        listen_addr = "127.0.0.1:0"
        [tls_identity]
        type = "raw_key"
        source = "vault"
        [identity]
        expect_fingerprint = "%s"
        [vault]
        keystore = "vault.json"
        password_file = "../password"
        [demo]
        enabled = true
        """
            .formatted(fingerprint));
    return file;
  }

  @Test
  void credentialReachesTheOperationThatNamesItAndNoFileInClear() throws Exception {
    String fingerprint = importPhrase().out().strip();
    Path file = configuration(fingerprint);
    secret("value", VALUE);
    assertThatThrownBy(() -> NodeBuilder.fromConfig(file).requireCredentials(true).start())
        .isInstanceOfSatisfying(
            NodeException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(NodeException.Kind.VAULT);
              assertThat(refused.advice()).containsExactly("alknet credential put demo");
            });
    Result put = run("credential", "put", "demo", "--file", "value");
    Result again = run("credential", "put", "demo", "--file", "value");

    assertThat(put.exit()).isZero();
    assertThat(put.out()).isEqualTo("credential \"demo\" stored\n");
    assertThat(again.exit()).isEqualTo(8);
    try (Node node = NodeBuilder.fromConfig(file).requireCredentials(true).start()) {
      assertThat(node.fingerprint()).isEqualTo(fingerprint);
      assertThat(node.credentials()).isOne();
      assertThat(node.summary().newKey()).isFalse();
      assertThat(run("call", "demo/credential").out()).isEqualTo("{\"present\":true}\n");
    }
    assertThat(run("credential", "list", "--json").out())
        .contains("\"provider\":\"demo\"")
        .doesNotContain(VALUE);
    assertThat(home.resolve(".alknet/node.key")).doesNotExist();
    assertThat(filesWith(VALUE)).isEmpty();
    assertThat(filesWith("abandon")).isEmpty();

    assertThat(run("credential", "delete", "demo").exit()).isEqualTo(8);
    assertThat(run("credential", "delete", "demo", "--yes").out()).contains("deleted");
    assertThat(run("credential", "delete", "demo").out()).contains("was not there");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(node.credentials()).isZero();
      assertThat(run("call", "demo/credential").out()).isEqualTo("{\"present\":false}\n");
    }
  }

  @Test
  void credentialOfARunningNodeIsReplacedWhileTheVaultIsOpenAndWaitsOtherwise() throws Exception {
    Path file = configuration(importPhrase().out().strip());
    secret("value", VALUE);
    String locked = Files.readString(file);
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(run("credential", "put", "demo", "--file", "value").exit()).isZero();
      Await.until("the node has seen it", () -> node.credentials() == 1);
      assertThat(run("call", "demo/credential").out()).isEqualTo("{\"present\":false}\n");
    }
    Files.writeString(file, locked.replace("[vault]\n", "[vault]\nlock_after_start = false\n"));
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(run("call", "demo/credential").out()).isEqualTo("{\"present\":true}\n");
      assertThat(run("credential", "delete", "demo", "--yes").exit()).isZero();
      awaitCredential(false);
      assertThat(run("credential", "put", "demo", "--file", "value").exit()).isZero();
      awaitCredential(true);
      assertThat(node.credentials()).isOne();
    }
    assertThat(filesWith(VALUE)).isEmpty();
  }

  private void awaitCredential(boolean present) {
    Await.until(
        "the next call sees it",
        () -> run("call", "demo/credential").out().equals("{\"present\":" + present + "}\n"));
  }

  private List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve(".alknet"))) {
      return files.filter(Files::isRegularFile).filter(file -> contains(file, text)).toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Test
  void wrongPasswordOtherIdentityAndForeignPhraseAre7() throws Exception {
    assertThat(run("vault", "unlock", "--password-file", "password").exit()).isEqualTo(7);
    Result imported = importPhrase();
    Result twice = importPhrase();
    secret("wrong", "battery staple");
    Result wrong = run("vault", "unlock", "--password-file", "wrong");
    Result right = run("vault", "check", "--password-file", "password", "--json");
    secret("passphrase", "typo");
    configuration(imported.out().strip());
    Result other = run("vault", "unlock", "--passphrase-file", "passphrase");
    Result none =
        new InProcess(home)
            .input("no such words\n")
            .run("vault", "import", "--stdin", "--keystore", "k.json", "--password-file", "wrong");

    assertThat(imported.exit()).isZero();
    assertThat(imported.err()).contains("expect_fingerprint = \"" + imported.out().strip());
    assertThat(twice.exit()).isEqualTo(8);
    assertThat(wrong.exit()).isEqualTo(7);
    assertThat(wrong.err()).contains("wrong password or damaged file");
    assertThat(right.out()).contains("\"fingerprint\":\"" + imported.out().strip() + "\"");
    assertThat(other.exit()).isEqualTo(7);
    assertThat(other.err()).contains("the vault leads to ed25519:").contains("mistyped");
    assertThat(none.exit()).isEqualTo(7);
    assertThat(none.err()).doesNotContain("no such words");
  }

  @Test
  void nobodyIsAskedForThePasswordOfNothing() {
    for (InProcess process :
        List.of(new InProcess(home), new InProcess(home).terminal().types("a password"))) {
      Result none = process.run("serve", "--listen", "127.0.0.1:0", "--keystore", "none.json");

      assertThat(none.exit()).isEqualTo(7);
      assertThat(none.err()).contains("there is no keystore " + home.resolve("none.json"));
    }
  }

  @Test
  void newPhraseIsShownOnceAndOnlyWhereAskedFor() throws Exception {
    Result piped = run("vault", "init", "--password-file", "password");
    Result made =
        run("vault", "init", "--words", "12", "--password-file", "password", "--out", "phrase");

    assertThat(piped.exit()).isEqualTo(8);
    assertThat(made.exit()).isZero();
    assertThat(made.out()).isEmpty();
    assertThat(Files.readString(home.resolve("phrase"))).matches("([a-z]+ ){11}[a-z]+\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("phrase"))))
        .isEqualTo("rw-------");
    assertThat(home.resolve(".alknet/vault.json")).exists();
  }

  @Test
  void openPasswordFileIsRefusedAndNobodyIsAskedInAScript() throws Exception {
    Files.setPosixFilePermissions(
        home.resolve("password"), PosixFilePermissions.fromString("rw-r-----"));
    Result open = run("vault", "init", "--password-file", "password", "--reveal");
    Result asked = run("vault", "init", "--reveal", "--no-input");

    assertThat(open.exit()).isEqualTo(8);
    assertThat(open.err()).contains("is open to other users").contains("chmod 600");
    assertThat(asked.exit()).isEqualTo(8);
    assertThat(asked.err()).contains("nobody can be asked here").contains("--password-file FILE");
  }
}
