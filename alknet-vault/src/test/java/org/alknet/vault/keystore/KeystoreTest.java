package org.alknet.vault.keystore;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.alknet.canary.Canaries;
import org.alknet.vault.KeyPaths;
import org.alknet.vault.Mnemonic;
import org.alknet.vault.SecretChars;
import org.alknet.vault.VaultException;
import org.alknet.vault.VaultServiceHandle;
import org.alknet.vault.Vectors;
import org.alknet.vault.keystore.KeystoreException.Kind;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class KeystoreTest {
  private static final KdfCost TEST_COST = new KdfCost(8 * 1024, 1, 1);
  private static final JsonNode VECTOR = Vectors.list("keystore_proposal_v1").get(0);
  private static final char[] PASSWORD =
      Canaries.register("the password of a keystore", "correct horse battery staple").toCharArray();
  private static final String CANNOT_OPEN =
      "the keystore cannot be opened: wrong password or damaged file";

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("vault.keystore");
  }

  private Keystore keystore() {
    return Keystore.at(file(), TEST_COST);
  }

  private void write(String content) throws IOException {
    Files.writeString(file(), content);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
  }

  private static void assertKind(Kind kind, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(KeystoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static void assertCannotOpen(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            KeystoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANNOT_OPEN))
        .hasMessage(CANNOT_OPEN)
        .hasNoCause()
        .hasNoSuppressedExceptions();
  }

  private static String phrase(Mnemonic mnemonic) {
    try (mnemonic;
        SecretChars phrase = mnemonic.phrase()) {
      return phrase.useChars(String::new);
    }
  }

  @Test
  void argon2idFollowsRfc9106() {
    JsonNode vector = Vectors.list("argon2id").get(0);
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(vector.get("version").asInt())
            .withMemoryAsKB(vector.get("m_kib").asInt())
            .withIterations(vector.get("t").asInt())
            .withParallelism(vector.get("p").asInt())
            .withSalt(bytes(vector, "salt"))
            .withSecret(bytes(vector, "secret"))
            .withAdditional(bytes(vector, "associated_data"))
            .build());
    byte[] tag = new byte[32];
    generator.generateBytes(bytes(vector, "password"), tag);
    assertThat(hex(tag)).isEqualTo(text(vector, "tag"));
  }

  @Test
  void vectorFileIsOpenedAndReproducedToTheByte() throws IOException, CharacterCodingException {
    write(text(VECTOR, "file"));
    assertThat(phrase(keystore().open(chars(VECTOR, "password"))))
        .isEqualTo(text(VECTOR, "mnemonic"));

    KeystoreForm form = KeystoreForm.parse(text(VECTOR, "file"));
    assertThat(form.toJson()).isEqualTo(text(VECTOR, "file"));
    assertThat(KeystoreForm.aad(form.cost(), form.salt(), form.iv()))
        .isEqualTo(text(VECTOR, "aad"));
    assertThat(hex(KeystoreCipher.key(chars(VECTOR, "password"), form.saltBytes(), form.cost())))
        .isEqualTo(text(VECTOR, "kdf_output"));
    assertThat(hex(KeystoreCipher.plaintext(bytes(VECTOR, "entropy"))))
        .isEqualTo(text(VECTOR, "plaintext"));
    KeystoreForm again =
        KeystoreCipher.seal(
            bytes(VECTOR, "entropy"),
            chars(VECTOR, "password"),
            TEST_COST,
            target -> {
              byte[] scripted = target.length == 16 ? form.saltBytes() : form.ivBytes();
              System.arraycopy(scripted, 0, target, 0, target.length);
            });
    assertThat(again.toJson()).isEqualTo(text(VECTOR, "file"));
  }

  @Test
  void initStoresWhatItShows() {
    for (int words : new int[] {12, 24}) {
      Path path = directory.resolve("init" + words);
      Keystore keystore = Keystore.at(path, TEST_COST);
      try (SecretChars shown = keystore.init(words, PASSWORD)) {
        String text = shown.useChars(String::new);
        assertThat(text.split(" ", -1)).hasSize(words);
        assertThat(phrase(keystore.open(PASSWORD))).isEqualTo(text);
      }
    }
  }

  @Test
  void fileSizeDoesNotTellTheNumberOfWords() throws IOException {
    Keystore.at(directory.resolve("a"), TEST_COST).init(12, PASSWORD).close();
    Keystore.at(directory.resolve("b"), TEST_COST).init(24, PASSWORD).close();
    assertThat(Files.size(directory.resolve("a"))).isEqualTo(Files.size(directory.resolve("b")));
  }

  @Test
  void badWordCountCreatesNothing() {
    assertThatThrownBy(() -> keystore().init(13, PASSWORD))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void importedPhraseIsExportedCanonically() {
    keystore().importPhrase(("  " + ABANDON.replace(" ", "\n")).toCharArray(), PASSWORD);
    try (SecretChars exported = keystore().exportPhrase(PASSWORD)) {
      String text = exported.useChars(String::new);
      assertThat(text).isEqualTo(ABANDON);
    }
    assertThatThrownBy(
            () ->
                Keystore.at(directory.resolve("other"), TEST_COST)
                    .importPhrase("no phrase".toCharArray(), PASSWORD))
        .isInstanceOf(VaultException.class);
    assertThat(directory.resolve("other")).doesNotExist();
  }

  @Test
  void checkPrintsTheFingerprintOnly() {
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    assertThat(keystore().check(PASSWORD, null))
        .isEqualTo("ed25519:e78c2766a792f09bfccb51493968ac322283e8d021a30063784d806929762ecc");
    assertThat(keystore().check(PASSWORD, "TREZOR".toCharArray())).startsWith("ed25519:51d5edf7");
  }

  @Test
  void keystoreUnlocksAVault() {
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      keystore().unlock(vault, PASSWORD, "TREZOR".toCharArray());
      assertThat(hex(vault.deriveEd25519(KeyPaths.IDENTITY).publicKey())).startsWith("51d5edf7");
    }
  }

  @Test
  void changedPasswordReplacesTheOldOne() throws IOException {
    char[] fresh = "another password".toCharArray();
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    KeystoreForm before = KeystoreForm.parse(Files.readString(file()));

    Keystore.at(file(), new KdfCost(9 * 1024, 2, 2)).changePassword(PASSWORD, fresh);

    KeystoreForm after = KeystoreForm.parse(Files.readString(file()));
    assertThat(after.salt()).isNotEqualTo(before.salt());
    assertThat(after.iv()).isNotEqualTo(before.iv());
    assertThat(after.cost()).isEqualTo(new KdfCost(9 * 1024, 2, 2));
    assertThat(phrase(keystore().open(fresh))).isEqualTo(ABANDON);
    assertCannotOpen(() -> keystore().open(PASSWORD));
    assertThat(directory).isDirectoryContaining(path -> path.equals(file()));
    assertThat(entries()).containsExactly("vault.keystore");
    assertThat(Files.getPosixFilePermissions(file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void failedChangeLeavesTheFileAsItWas() throws IOException {
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    String before = Files.readString(file());
    assertCannotOpen(() -> keystore().changePassword("wrong".toCharArray(), PASSWORD));
    assertKind(Kind.BAD_PASSWORD, () -> keystore().changePassword(PASSWORD, new char[0]));
    assertKind(Kind.BAD_PASSWORD, () -> keystore().changePassword(PASSWORD, new char[] {'\ud800'}));
    assertThat(Files.readString(file())).isEqualTo(before);
    assertThat(entries()).containsExactly("vault.keystore");
  }

  @Test
  void failedReplacementLeavesTheFileAndNoTemporary() throws IOException {
    // A directory with content cannot be replaced by a file: the last step of the write fails.
    Files.createDirectories(file().resolve("inside"));
    assertKind(Kind.IO, () -> new SecretFile(file()).replace(new byte[] {1}));
    assertThat(entries()).containsExactly("vault.keystore");
    assertThat(file().resolve("inside")).isDirectory();
  }

  @Test
  void emptyPasswordIsRefusedBeforeAFileExists() {
    assertKind(Kind.BAD_PASSWORD, () -> keystore().init(12, new char[0]));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void existingFileIsNeverOverwritten() throws IOException {
    write("something else");
    assertKind(Kind.ALREADY_EXISTS, () -> keystore().init(12, PASSWORD));
    assertKind(Kind.ALREADY_EXISTS, () -> keystore().importPhrase(ABANDON.toCharArray(), PASSWORD));
    assertKind(Kind.ALREADY_EXISTS, () -> new SecretFile(file()).create(new byte[1]));
    assertThat(Files.readString(file())).isEqualTo("something else");
    assertThat(entries()).containsExactly("vault.keystore");
    // Also a dangling link occupies the name.
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, directory.resolve("nowhere"));
    assertKind(Kind.ALREADY_EXISTS, () -> Keystore.at(link, TEST_COST).init(12, PASSWORD));
  }

  @Test
  @Tag("slow")
  void ofTwoConcurrentCreationsOneWins() throws Exception {
    for (int round = 0; round < 50; round++) {
      Path contested = directory.resolve("contested" + round);
      byte[] one = {1};
      byte[] two = {2};
      Thread[] threads = new Thread[2];
      Kind[] failures = new Kind[2];
      for (int i = 0; i < 2; i++) {
        int index = i;
        threads[i] =
            new Thread(
                () -> {
                  try {
                    new SecretFile(contested).create(index == 0 ? one : two);
                  } catch (KeystoreException e) {
                    failures[index] = e.kind();
                  }
                });
      }
      for (Thread thread : threads) {
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join(30_000);
      }
      int loser = failures[0] == null ? 1 : 0;
      assertThat(failures[loser]).isEqualTo(Kind.ALREADY_EXISTS);
      assertThat(failures[1 - loser]).isNull();
      assertThat(Files.readAllBytes(contested)).containsExactly(loser == 1 ? 1 : 2);
    }
  }

  @Test
  void createdFileIsForItsOwnerOnly() throws IOException {
    keystore().init(12, PASSWORD).close();
    assertThat(Files.getPosixFilePermissions(file()))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    assertThat(entries()).containsExactly("vault.keystore");
  }

  @Test
  void fileOpenToOthersIsRefused() throws IOException {
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    for (String mode :
        List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---", "rw------x")) {
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
      assertKind(Kind.UNSAFE_FILE, () -> keystore().open(PASSWORD));
    }
    for (String mode : List.of("r--------", "rw-------", "rwx------")) {
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
      assertThat(phrase(keystore().open(PASSWORD))).isEqualTo(ABANDON);
    }
  }

  @Test
  void linksAndDirectoriesAreRefused() throws IOException {
    keystore().importPhrase(ABANDON.toCharArray(), PASSWORD);
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, file());
    assertKind(Kind.UNSAFE_FILE, () -> Keystore.at(link, TEST_COST).open(PASSWORD));
    assertKind(Kind.UNSAFE_FILE, () -> Keystore.at(directory, TEST_COST).open(PASSWORD));
  }

  @Test
  void onlyRegularFilesAreReadWithoutPosixPermissionsToo() throws IOException {
    Path archive = directory.resolve("archive.zip");
    try (FileSystem plain = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Path folder = plain.getPath("/folder");
      Files.createDirectory(folder);
      assertKind(Kind.UNSAFE_FILE, () -> Keystore.at(folder, TEST_COST).open(PASSWORD));
    }
  }

  @Test
  void missingFileAndDirectoryAreSaid() {
    assertKind(Kind.NOT_FOUND, () -> keystore().open(PASSWORD));
    assertKind(Kind.NOT_FOUND, () -> keystore().check(PASSWORD, null));
    Path nowhere = directory.resolve("missing").resolve("file");
    assertKind(Kind.IO, () -> Keystore.at(nowhere, TEST_COST).init(12, PASSWORD));
  }

  @Test
  void wrongPasswordLooksLikeDamage() throws IOException {
    write(text(VECTOR, "file"));
    for (char[] wrong :
        List.of(
            "correct horse battery stapl".toCharArray(),
            "Correct horse battery staple".toCharArray(),
            new char[0],
            new char[] {'\ud800'})) {
      assertCannotOpen(() -> keystore().open(wrong));
    }
  }

  @Test
  void passwordIsNormalised() {
    keystore().importPhrase(ABANDON.toCharArray(), "caf\u00e9".toCharArray());
    assertThat(phrase(keystore().open("cafe\u0301".toCharArray()))).isEqualTo(ABANDON);
  }

  @Test
  @Tag("slow")
  void everyDamagedCharacterLooksTheSame_seed24() throws IOException {
    String valid = text(VECTOR, "file");
    Random random = new Random(24);
    for (int i = 0; i < valid.length(); i++) {
      char replacement = (char) (' ' + random.nextInt(95));
      // Costs beyond the test's would only slow it down; they are covered by the limits.
      boolean costs = i >= valid.indexOf("m_kib") && i < valid.indexOf("\"salt");
      // One of four characters of the ciphertext is enough: each of them costs a key derivation.
      boolean skipped = i > valid.indexOf("ciphertext\":\"") + 14 && i % 4 != 0;
      if (replacement == valid.charAt(i) || costs || skipped) {
        continue;
      }
      write(valid.substring(0, i) + replacement + valid.substring(i + 1));
      assertCannotOpen(() -> keystore().open(chars(VECTOR, "password")));
    }
  }

  @Test
  void weakenedParametersAreNoticed() throws IOException {
    String valid = text(VECTOR, "file");
    for (String changed :
        List.of(
            valid.replace("\"m_kib\":8192", "\"m_kib\":8193"),
            valid.replace("\"t\":1", "\"t\":2"),
            valid.replace("\"p\":1", "\"p\":2"))) {
      assertThat(changed).isNotEqualTo(valid);
      write(changed);
      assertCannotOpen(() -> keystore().open(chars(VECTOR, "password")));
    }
  }

  @Test
  void parametersOutsideTheLimitsAreRefusedWithoutWork() throws IOException {
    String valid = text(VECTOR, "file");
    String shortSalt = "AAECAwQFBgcICQoLDA0O";
    String longSalt = Vectors.hex(new byte[1]) + "A".repeat(86);
    for (String changed :
        List.of(
            valid.replace("\"m_kib\":8192", "\"m_kib\":8191"),
            valid.replace("\"m_kib\":8192", "\"m_kib\":1048577"),
            valid.replace("\"m_kib\":8192", "\"m_kib\":4294967296"),
            valid.replace("\"m_kib\":8192", "\"m_kib\":-8192"),
            valid.replace("\"t\":1", "\"t\":0"),
            valid.replace("\"t\":1", "\"t\":17"),
            valid.replace("\"p\":1", "\"p\":0"),
            valid.replace("\"p\":1", "\"p\":17"),
            valid.replace("AAECAwQFBgcICQoLDA0ODw==", shortSalt),
            valid.replace("AAECAwQFBgcICQoLDA0ODw==", longSalt),
            valid.replace("oKGio6Slpqeoqaqr", "oKGio6SlpqeoqQ=="),
            valid.replace("\"v\":19", "\"v\":16"),
            valid.replace("argon2id\"", "argon2i\""),
            valid.replace("aes-256-gcm\"", "aes-128-gcm\""),
            valid.replace("alknet-vault-keystore\"", "alknet-vault-keystorf\""),
            valid.replace("\"version\":1", "\"version\":2"),
            valid.replace("\"version\":1", "\"version\":1,\"note\":1"),
            valid.replace("\"version\":1,", ""),
            valid.replace("\"v\":19", "\"v\":19,\"v\":19"),
            // A dot in a name is not a level.
            valid.replace("\"v\":19,", "").replace("\"kdf\"", "\"kdf.v\":19,\"kdf\""),
            valid.replace("\"kdf\"", "\"kdf.v\":19,\"kdf\""),
            valid + "x",
            valid.replace("ekIZ", "ekI"),
            "",
            "[]",
            "null")) {
      assertThat(changed).isNotEqualTo(valid);
      assertThatThrownBy(() -> KeystoreForm.parse(changed)).hasMessage(CANNOT_OPEN);
      write(changed);
      assertCannotOpen(() -> keystore().open(chars(VECTOR, "password")));
    }
  }

  @Test
  void fileOfMoreThan8KibIsRefused() throws IOException {
    String valid = text(VECTOR, "file");
    write(valid + " ".repeat(8 * 1024 - valid.length()));
    assertThat(phrase(keystore().open(chars(VECTOR, "password"))))
        .isEqualTo(text(VECTOR, "mnemonic"));
    write(valid + " ".repeat(8 * 1024 - valid.length() + 1));
    assertCannotOpen(() -> keystore().open(chars(VECTOR, "password")));
  }

  @Test
  @Tag("slow")
  void randomBytesThrowNothingElse_seed25() throws IOException {
    Random random = new Random(25);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      write("");
      Files.write(file(), bytes);
      assertCannotOpen(() -> keystore().open(PASSWORD));
    }
  }

  @Test
  @Tag("slow")
  void heapTooSmallIsAnOutcome() throws Exception {
    write(text(VECTOR, "file").replace("\"m_kib\":8192", "\"m_kib\":1048576"));
    String classPath =
        String.join(
            File.pathSeparator,
            location(Keystore.class),
            location(Argon2BytesGenerator.class),
            Path.of(System.getProperty("basedir", ""), "target", "test-classes").toString());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                classPath,
                SmallHeapProbe.class.getName(),
                file().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output.strip())
        .isEqualTo("OUT_OF_MEMORY: the Java heap has no room for 1048576 KiB");
  }

  private static String location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  @Test
  void decryptedContentIsChecked() {
    byte[] good = KeystoreCipher.plaintext(bytes(VECTOR, "entropy"));
    assertThat(KeystoreCipher.entropy(good)).isEqualTo(bytes(VECTOR, "entropy"));
    for (int index : new int[] {0, 1, 18, 33}) {
      byte[] bad = good.clone();
      bad[index] ^= 1;
      assertCannotOpen(() -> KeystoreCipher.entropy(bad));
    }
    byte[] negative = good.clone();
    negative[1] = -16;
    assertCannotOpen(() -> KeystoreCipher.entropy(negative));
    byte[] full = KeystoreCipher.plaintext(new byte[32]);
    assertThat(KeystoreCipher.entropy(full)).hasSize(32);
  }

  @Test
  void costsOutsideTheLimitsAreMisuse() {
    assertThat(KdfCost.recommended()).isEqualTo(new KdfCost(65536, 3, 4));
    new KdfCost(1024 * 1024, 16, 16);
    for (int[] cost :
        List.of(
            new int[] {8191, 1, 1},
            new int[] {1024 * 1024 + 1, 1, 1},
            new int[] {8192, 0, 1},
            new int[] {8192, 17, 1},
            new int[] {8192, 1, 0},
            new int[] {8192, 1, 17})) {
      assertThatThrownBy(() -> new KdfCost(cost[0], cost[1], cost[2]))
          .as(Arrays.toString(cost))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fileHoldsNeitherPhraseNorEntropyNorPassword() throws IOException {
    keystore().importPhrase(chars(VECTOR, "mnemonic"), PASSWORD);
    String content = Files.readString(file(), StandardCharsets.UTF_8);
    assertThat(content).doesNotContain("legal").doesNotContain("7f7f7f").doesNotContain("f39/f3");
    assertThat(content).doesNotContain("horse");
  }

  private Set<String> entries() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
