package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class EncryptedDataTest {
  private static final String DECRYPT_MESSAGE = "encryption error: the data cannot be decrypted";

  private final VaultServiceHandle vault = VaultServiceHandle.create();

  @BeforeEach
  void unlock() {
    vault.unlock(ABANDON.toCharArray(), null);
  }

  @AfterEach
  void lock() {
    vault.close();
  }

  static Stream<Named<JsonNode>> knownAnswers() {
    return Vectors.named("encrypted_data/kat", "id");
  }

  static Stream<Named<JsonNode>> mustDecrypt() {
    return Vectors.named("encrypted_data/must_decrypt", "why");
  }

  static Stream<Named<JsonNode>> mustFail() {
    return Vectors.named("encrypted_data/must_fail", "why");
  }

  static Stream<Named<JsonNode>> mustFailOtherUnlock() {
    return Vectors.named("encrypted_data/must_fail_other_unlock", "why");
  }

  @ParameterizedTest
  @MethodSource("knownAnswers")
  void encryptionGivesTheExactBlob(JsonNode vector) {
    ScriptedRandom random = new ScriptedRandom(bytes(vector, "iv"), bytes(vector, "salt"));
    try (VaultServiceHandle scripted = VaultServiceHandle.builder().random(random).build()) {
      scripted.unlock(chars(vector, "mnemonic"), chars(vector, "passphrase"));
      long version = vector.get("key_version").asLong();
      try (DerivedKey key = scripted.deriveEncryptionKey(text(vector, "path"))) {
        assertThat(hex(key.copyPrivateKey())).isEqualTo(text(vector, "key"));
      }
      EncryptedData blob = scripted.encrypt(text(vector, "plaintext"), version);
      assertThat(blob.toJson()).isEqualTo(text(vector, "json"));
      assertThat(random.requests()).containsExactly(12, 32);
      assertThat(scripted.decrypt(EncryptedData.fromJson(text(vector, "json"))))
          .isEqualTo(text(vector, "plaintext"));
    }
  }

  @ParameterizedTest
  @MethodSource("mustDecrypt")
  void oddButValidBlobDecrypts(JsonNode vector) {
    EncryptedData blob = EncryptedData.fromJson(text(vector, "json"));
    assertThat(vault.decrypt(blob)).isEqualTo(text(vector, "plaintext"));
    try (SecretBytes plaintext = vault.decryptToBytes(blob)) {
      assertThat(new String(plaintext.copyBytes(), StandardCharsets.UTF_8))
          .isEqualTo(text(vector, "plaintext"));
    }
    assertThat(EncryptedData.fromJson(blob.toJson())).isEqualTo(blob);
  }

  @ParameterizedTest
  @MethodSource("mustFail")
  void malformedBlobGivesItsErrorClass(JsonNode vector) {
    String json = text(vector, "json");
    if (text(vector, "expect").equals("json")) {
      assertThatThrownBy(() -> EncryptedData.fromJson(json))
          .isInstanceOf(EncryptedDataFormatException.class)
          .hasMessageStartingWith("not an encrypted blob: ")
          .hasNoCause();
      return;
    }
    EncryptedData blob = EncryptedData.fromJson(json);
    List<Runnable> operations =
        List.of(
            () -> vault.decrypt(blob),
            () -> vault.decryptToBytes(blob).close(),
            () -> vault.rotate(blob, 3));
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run)
          .isInstanceOfSatisfying(
              VaultException.class, e -> assertErrorClass(e, text(vector, "expect")))
          .hasNoCause()
          .hasNoSuppressedExceptions();
    }
  }

  @ParameterizedTest
  @MethodSource("mustFailOtherUnlock")
  void otherSeedLooksLikeDamage(JsonNode vector) {
    try (VaultServiceHandle other = VaultServiceHandle.create()) {
      other.unlock(chars(vector, "mnemonic"), chars(vector, "passphrase"));
      assertThatThrownBy(() -> other.decrypt(EncryptedData.fromJson(text(vector, "json"))))
          .isInstanceOfSatisfying(
              VaultException.class, e -> assertErrorClass(e, text(vector, "expect")));
    }
  }

  private static void assertErrorClass(VaultException e, String expected) {
    switch (expected) {
      case "decryption" -> {
        assertThat(e.reason()).contains(VaultException.Reason.DECRYPT);
        assertThat(e.kind()).isEqualTo(VaultException.Kind.ENCRYPTION);
        assertThat(e).hasMessage(DECRYPT_MESSAGE);
      }
      case "decoding" -> {
        assertThat(e.reason()).contains(VaultException.Reason.DECODE);
        assertThat(e.kind()).isEqualTo(VaultException.Kind.ENCRYPTION);
      }
      case "invalid_path" -> {
        assertThat(e.reason()).isEmpty();
        assertThat(e.kind()).isEqualTo(VaultException.Kind.INVALID_PATH);
      }
      default -> throw new AssertionError(expected);
    }
  }

  @Test
  void rotationsOfTheVectorsHold() {
    for (JsonNode vector : Vectors.list("encrypted_data/rotate")) {
      EncryptedData old = EncryptedData.fromJson(text(vector, "from"));
      EncryptedData fresh = vault.rotate(old, vector.get("to_version").asLong());
      assertThat(fresh.keyVersion()).isEqualTo(vector.get("to_version").asLong());
      assertThat(fresh.iv()).isNotEqualTo(old.iv());
      assertThat(fresh.salt()).isNotEqualTo(old.salt());
      assertThat(fresh.data()).isNotEqualTo(old.data());
      assertThat(vault.decrypt(fresh)).isEqualTo(text(vector, "plaintext"));
      assertThat(vault.decrypt(old)).isEqualTo(text(vector, "plaintext"));
    }
    for (JsonNode vector : Vectors.list("encrypted_data/rotate_must_fail")) {
      EncryptedData old = EncryptedData.fromJson(text(vector, "from"));
      assertThatThrownBy(() -> vault.rotate(old, vector.get("to_version").asLong()))
          .isInstanceOfSatisfying(
              VaultException.class, e -> assertErrorClass(e, text(vector, "expect")));
    }
  }

  @Test
  void goldenFileRoundTripsToTheByte() throws IOException {
    // Meant for every type that mirrors this one: the format is frozen.
    try (InputStream in =
        EncryptedDataTest.class.getResourceAsStream("encrypted-data-golden.json")) {
      JsonNode golden = JsonMapper.shared().readTree(in);
      assertThat(golden).hasSizeGreaterThan(4);
      for (JsonNode each : golden) {
        EncryptedData blob = EncryptedData.fromJson(text(each, "json"));
        assertThat(blob.toJson()).isEqualTo(text(each, "json"));
        assertThat(blob.keyVersion()).isEqualTo(each.get("key_version").asLong());
        assertThat(blob.salt()).isEqualTo(text(each, "salt"));
        assertThat(blob.iv()).isEqualTo(text(each, "iv"));
        assertThat(blob.data()).isEqualTo(text(each, "data"));
      }
    }
  }

  @Test
  void jsonHasItsFieldsAndRoundTrips() {
    EncryptedData blob = vault.encrypt("text", 2);
    JsonNode tree = JsonMapper.shared().readTree(blob.toJson());
    assertThat(tree.propertyNames()).containsExactly("key_version", "salt", "iv", "data");
    EncryptedData again = EncryptedData.fromJson(blob.toJson());
    assertThat(again).isEqualTo(blob).hasSameHashCodeAs(blob);
    assertThat(again).isNotEqualTo(vault.encrypt("text", 2));
  }

  @Test
  void sizesFollowTheRule() {
    for (String text : List.of("", "a", "ab", "abc", "p\u00e4ssw\u00f6rd", "x".repeat(5000))) {
      EncryptedData blob = vault.encrypt(text, 2);
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      assertThat(blob.salt()).hasSize(44);
      assertThat(blob.iv()).hasSize(16);
      assertThat(blob.data()).hasSize(4 * ((length + 16 + 2) / 3));
      assertThat(vault.decrypt(blob)).isEqualTo(text);
    }
  }

  @Test
  void emptyLongAndSupplementaryTextsRoundTripInEveryForm() {
    for (String text :
        List.of("", "?", "what? \u65e5\u672c?", "\ud83d\udd11 key", "k".repeat(5000), "\u0000")) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      char[] chars = text.toCharArray();
      for (EncryptedData blob :
          List.of(
              vault.encrypt(text, 2),
              vault.encrypt(CharBuffer.wrap(text), 2),
              vault.encrypt(chars, 2),
              vault.encrypt(utf8, 2))) {
        assertThat(vault.decrypt(blob)).isEqualTo(text);
        try (SecretBytes bytes = vault.decryptToBytes(blob)) {
          assertThat(bytes.copyBytes()).isEqualTo(utf8);
        }
      }
      assertThat(new String(chars)).isEqualTo(text);
      assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void textThatIsNoUnicodeIsRefusedInEveryForm() {
    List<Runnable> operations =
        List.of(
            () -> vault.encrypt("a\ud800b", 2),
            () -> vault.encrypt("\udc00", 2),
            () -> vault.encrypt(new char[] {'\ud83d'}, 2),
            () -> vault.encrypt(new byte[] {(byte) 0xc3}, 2),
            () -> vault.encrypt(new byte[] {'a', (byte) 0xff}, 2));
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run)
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(VaultException.Kind.ENCRYPTION);
                assertThat(e.reason()).contains(VaultException.Reason.ENCRYPT);
              })
          .hasNoCause();
    }
  }

  @Test
  void nonceSaltAndDataAreFreshEachTime() {
    EncryptedData first = vault.encrypt("text", 2);
    EncryptedData second = vault.encrypt("text", 2);
    assertThat(first.keyVersion()).isEqualTo(2);
    assertThat(first.iv()).isNotEqualTo(second.iv());
    assertThat(first.salt()).isNotEqualTo(second.salt());
    assertThat(first.data()).isNotEqualTo(second.data());
  }

  @Test
  @Tag("slow")
  void hundredThousandNoncesAreDistinct() {
    Set<String> nonces = new HashSet<>();
    byte[] empty = new byte[0];
    for (int i = 0; i < 100_000; i++) {
      nonces.add(vault.encrypt(empty, 2).iv());
    }
    assertThat(nonces).hasSize(100_000);
  }

  @Test
  void wrongKeyFails() {
    EncryptedData blob = vault.encrypt("text", 2);
    EncryptedData switched = new EncryptedData(3, blob.salt(), blob.iv(), blob.data());
    assertThatThrownBy(() -> vault.decrypt(switched)).hasMessage(DECRYPT_MESSAGE);
  }

  @Test
  @Tag("slow")
  void everySingleBitOfTheDataAndNonceCounts() {
    EncryptedData blob = vault.encrypt("one credential", 2);
    byte[] data = Base64.getDecoder().decode(blob.data());
    byte[] iv = Base64.getDecoder().decode(blob.iv());
    for (int bit = 0; bit < data.length * 8; bit++) {
      EncryptedData changed = new EncryptedData(2, blob.salt(), blob.iv(), flipped(data, bit));
      assertThatThrownBy(() -> vault.decrypt(changed)).hasMessage(DECRYPT_MESSAGE);
    }
    for (int bit = 0; bit < iv.length * 8; bit++) {
      EncryptedData changed = new EncryptedData(2, blob.salt(), flipped(iv, bit), blob.data());
      assertThatThrownBy(() -> vault.decrypt(changed)).hasMessage(DECRYPT_MESSAGE);
    }
  }

  private static String flipped(byte[] bytes, int bit) {
    byte[] changed = bytes.clone();
    changed[bit / 8] ^= (byte) (1 << bit % 8);
    return Base64.getEncoder().encodeToString(changed);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4_294_967_296L})
  void versionOutsideItsRangeIsMisuse(long version) {
    assertThatThrownBy(() -> new EncryptedData(version, "", "", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(version));
  }

  @Test
  void versionsAtTheEdgesAreKept() {
    for (long version : new long[] {0, 4_294_967_295L}) {
      EncryptedData blob = new EncryptedData(version, "", "", "");
      assertThat(EncryptedData.fromJson(blob.toJson())).isEqualTo(blob);
    }
  }

  @Test
  void stringsThatNeedEscapesRoundTrip() {
    EncryptedData odd =
        new EncryptedData(2, "\"\\/\b\f\n\r\t\u0001\u001f", "\u65e5\ud83d\udd11\u007f", "");
    assertThat(EncryptedData.fromJson(odd.toJson())).isEqualTo(odd);
    JsonNode tree = JsonMapper.shared().readTree(odd.toJson());
    assertThat(text(tree, "salt")).isEqualTo(odd.salt());
  }

  @Test
  @Tag("slow")
  void randomTextThrowsNothingElse_seed9() {
    Random random = new Random(9);
    String valid = text(Vectors.list("encrypted_data/kat").get(0), "json");
    String alphabet = "{}[]\":,\\u0123456789.eE+-truefalsn \n\t\u0000\ud83dABx";
    int accepted = 0;
    for (int i = 0; i < 60_000; i++) {
      StringBuilder text = new StringBuilder(valid);
      if (random.nextInt(3) == 0) {
        text.setLength(random.nextInt(text.length()));
      }
      int changes = random.nextInt(4);
      for (int k = 0; k < changes && text.length() > 0; k++) {
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.setCharAt(at, c);
        } else {
          text.insert(at, c);
        }
      }
      try {
        EncryptedData blob = EncryptedData.fromJson(text.toString());
        accepted++;
        assertThat(EncryptedData.fromJson(blob.toJson())).isEqualTo(blob);
        vault.decrypt(blob);
      } catch (EncryptedDataFormatException e) {
        assertThat(e).hasNoCause();
      } catch (VaultException e) {
        assertThat(e.kind()).isIn(VaultException.Kind.ENCRYPTION, VaultException.Kind.INVALID_PATH);
      }
    }
    assertThat(accepted).isGreaterThan(1_000);
  }

  @Test
  @Tag("slow")
  void plainRandomTextThrowsNothingElse_seed10() {
    Random random = new Random(10);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int k = 0; k < length; k++) {
        text.append((char) (random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x10000)));
      }
      assertThatThrownBy(() -> EncryptedData.fromJson(text.toString()))
          .isInstanceOf(EncryptedDataFormatException.class);
    }
  }

  @Test
  void deepNestingIsRefusedBeforeTheStackEnds() {
    String deep = "{\"x\":" + "[".repeat(100_000);
    assertThatThrownBy(() -> EncryptedData.fromJson(deep))
        .isInstanceOf(EncryptedDataFormatException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void messagesRepeatNothingOfTheText() {
    assertThatThrownBy(() -> EncryptedData.fromJson("hunter2"))
        .hasMessage("not an encrypted blob: expected '{' at position 0");
    assertThatThrownBy(() -> EncryptedData.fromJson("{\"hunter2\":1,\"hunter2\":1}"))
        .hasMessageContaining("occurs twice")
        .hasMessageNotContaining("hunter2");
  }
}
