package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code init}: what a node needs before its first start. */
class InitTest {
  @TempDir Path home;

  @BeforeEach
  void writePassword() throws Exception {
    Path file = home.resolve("password");
    Files.writeString(file, "correct horse\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Result initVault(String... more) {
    List<String> line =
        new ArrayList<>(List.of("init", "--vault", "--words", "12", "--password-file", "password"));
    line.addAll(List.of(more));
    return run(line.toArray(String[]::new));
  }

  private Path inside(String name) {
    return home.resolve(".alknet").resolve(name);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void initMakesEverythingOnceAndKeepsItAfterwards() throws Exception {
    Result first = run("init", "--listen", "127.0.0.1:0");
    String configuration = Files.readString(inside("alknet.toml"));
    byte[] key = Files.readAllBytes(inside("node.key"));
    Result second = run("init", "--json");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out()).matches("ed25519:[0-9a-f]{64}\n");
    for (String file : List.of("node.key", "operator.key", "alknet.db", "alknet.toml")) {
      assertThat(mode(inside(file))).as(file).isEqualTo("rw-------");
      assertThat(first.err()).contains("made ~/.alknet/" + file);
    }
    assertThat(mode(home.resolve(".alknet"))).isEqualTo("rwx------");
    assertThat(configuration).contains("\nlisten_addr = [\"127.0.0.1:0\"]\n");
    assertThat(run("config", "check").exit()).isZero();
    assertThat(second.exit()).isZero();
    assertThat(second.out())
        .contains("\"created\":[]")
        .contains("\"fingerprint\":\"" + first.out().strip() + "\"");
    assertThat(inside("node.key")).hasBinaryContent(key);
    assertThat(inside("alknet.toml")).hasContent(configuration);
    assertThat(run("peer", "list").out()).contains("operator");
  }

  @Test
  void vaultOfInitGivesTheNodeItsKey() throws Exception {
    Result made = initVault("--listen", "127.0.0.1:0", "--out", "phrase.txt");
    String fingerprint = made.out().strip();

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(inside("node.key")).doesNotExist();
    assertThat(Files.readString(inside("alknet.toml")))
        .contains("\nexpect_fingerprint = \"" + fingerprint + "\"\n")
        .contains("\nsource   = \"vault\"\n");
    assertThat(Files.readString(home.resolve("phrase.txt"))).matches("([a-z]+ ){11}[a-z]+\n");
    try (Node node = NodeBuilder.fromConfig(inside("alknet.toml")).start()) {
      assertThat(node.fingerprint()).isEqualTo(fingerprint);
    }
    assertThat(initVault().out()).isEqualTo(fingerprint + "\n");
    assertThat(run("init", "--json").out()).contains("\"created\":[]").contains(fingerprint);
  }

  @Test
  void initThatWasInterruptedIsFinishedByTheNextOne() throws Exception {
    String fingerprint = initVault("--out", "phrase.txt").out().strip();
    Files.delete(inside("alknet.toml"));

    Result again = initVault();

    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.out().strip()).isEqualTo(fingerprint);
    assertThat(again.err())
        .contains("kept ~/.alknet/vault.json")
        .contains("made ~/.alknet/alknet.toml");
    assertThat(run("vault", "unlock").out().strip()).isEqualTo(fingerprint);
  }

  @Test
  void initNeverOverwritesAndRefusesWhatAFileContradicts() throws Exception {
    run("init");
    String configuration = Files.readString(inside("alknet.toml"));

    Result vault = initVault("--out", "phrase.txt");
    Result listen = run("init", "--listen", "127.0.0.1:4444");
    Result missingOnly = run("init", "--listen", "127.0.0.1:4444", "--force-missing-only");

    assertThat(vault.exit()).isEqualTo(8);
    assertThat(vault.err()).contains("the node has a key already: ~/.alknet/node.key");
    assertThat(inside("vault.json")).doesNotExist();
    assertThat(home.resolve("phrase.txt")).doesNotExist();
    assertThat(listen.exit()).isEqualTo(8);
    assertThat(listen.err()).contains("alknet.toml exists and is not overwritten");
    assertThat(missingOnly.exit()).isZero();
    assertThat(inside("alknet.toml")).hasContent(configuration);
  }

  @Test
  void initAsksNobodyInAScriptAndMakesNothingThen() {
    Result noPlace = initVault();
    Result noPassword = run("init", "--vault", "--out", "phrase.txt", "--no-input");
    Result address = run("init", "--listen", "4433");

    assertThat(noPlace.exit()).isEqualTo(8);
    assertThat(noPassword.exit()).isEqualTo(8);
    assertThat(noPassword.err()).contains("nobody can be asked here");
    assertThat(address.exit()).isEqualTo(3);
    assertThat(inside("vault.json")).doesNotExist();
    assertThat(inside("alknet.toml")).doesNotExist();
    assertThat(home.resolve("phrase.txt")).doesNotExist();
  }

  @Test
  void peerIdNamesTheUser() {
    run("init", "--peer-id", "you");

    assertThat(run("peer", "show", "you").exit()).isZero();
    assertThat(run("peer", "show", "operator").exit()).isEqualTo(6);
  }

  @Test
  void phraseOnATerminalHasToBeTypedAgainBeforeAnythingIsWritten() {
    InProcess terminal = new InProcess(home).terminal().types("secret", "secret");
    Result wrong = terminal.input("no\nno\nno\n").run("vault", "init", "--words", "12");

    assertThat(wrong.exit()).isEqualTo(8);
    assertThat(wrong.err()).contains("that is not word").contains("nothing was written");
    assertThat(inside("vault.json")).doesNotExist();
  }
}
