package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class DerivedKeyTest {
  private static DerivedKey identity() {
    try (VaultServiceHandle vault = VaultServiceHandle.create()) {
      vault.unlock(ABANDON.toCharArray(), null);
      return vault.deriveEd25519(KeyPaths.IDENTITY);
    }
  }

  private static String array(int length, int value) {
    return IntStream.range(0, length)
        .mapToObj(i -> Integer.toString(value))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String json(String type, String privateKey, String publicKey) {
    return "{\"key_type\":\""
        + type
        + "\",\"private_key\":"
        + privateKey
        + ",\"public_key\":"
        + publicKey
        + "}";
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> DerivedKeyJson.read(json))
        .isInstanceOf(DerivedKeyFormatException.class)
        .hasMessageContaining(message)
        .hasNoCause();
  }

  @Test
  void toStringShowsTypeAndPublicKeyAndNoPrivateByte() {
    try (DerivedKey key = identity()) {
      assertThat(key.toString())
          .contains("[REDACTED]", "Ed25519", "231,140,39,102")
          .doesNotContain(hex(key.copyPrivateKey()))
          .doesNotContain("96,58,165");
    }
  }

  @Test
  void jsonIsTheExactRedactedForm() {
    try (DerivedKey key = identity()) {
      assertThat(key.toJson()).isEqualTo(text(Vectors.list("derived_key_json").get(0), "json"));
    }
  }

  @Test
  void redactedStringIsRefused() {
    try (DerivedKey key = identity()) {
      assertRefused(key.toJson(), "[REDACTED]");
    }
    assertRefused(json("Ed25519", "\"anything\"", array(32, 1)), "[REDACTED]");
  }

  @Test
  void redactedByteArrayIsRefused() {
    assertRefused(
        json("Ed25519", "[91,82,69,68,65,67,84,69,68,93]", array(32, 1)),
        "keys are redacted when written as JSON");
  }

  @Test
  void genuineByteArrayIsRead() {
    String json = json("Ed25519", array(32, 171), array(32, 205));
    try (DerivedKey key = DerivedKeyJson.read(json)) {
      assertThat(key.keyType()).isEqualTo(KeyType.ED25519);
      assertThat(key.copyPrivateKey()).hasSize(32).containsOnly(171);
      assertThat(key.publicKey()).hasSize(32).containsOnly(205);
    }
    DerivedKeyJson.read(json("Aes256Gcm", array(32, 1), "[]")).close();
    DerivedKeyJson.read(json("Secp256k1", array(32, 0), array(33, 255))).close();
  }

  @Test
  void wrongLengthsAndFormsAreRefused() {
    assertRefused(json("Ed25519", array(31, 171), array(32, 1)), "wrong key length");
    assertRefused(json("Ed25519", array(33, 171), array(32, 1)), "wrong key length");
    assertRefused(json("Ed25519", array(10, 82), array(32, 1)), "wrong key length");
    assertRefused(json("Ed25519", array(32, 171), array(33, 1)), "wrong key length");
    assertRefused(json("Aes256Gcm", array(32, 171), array(32, 1)), "wrong key length");
    assertRefused(json("Secp256k1", array(32, 171), array(32, 1)), "wrong key length");
    assertRefused(json("Ed25519", array(65, 171), array(32, 1)), "more than 64 bytes");
    assertRefused(json("Ed25519", array(32, 256), array(32, 1)), "above its limit");
    assertRefused(json("ed25519", array(32, 1), array(32, 1)), "unknown key type");
    assertRefused("{\"other\":null}", "a key has key_type");
    assertRefused("{\"key_type\":\"Ed25519\",\"private_key\":[1]}", "a key has key_type");
    assertRefused("{\"key_type\":\"Ed25519\",\"public_key\":[1]}", "a key has key_type");
    assertRefused("{\"private_key\":[1],\"public_key\":[1]}", "a key has key_type");
    assertRefused(json("Ed25519", array(32, 1), array(32, 1)) + "x", "text after the value");
  }

  @Test
  void messagesHoldNoKeyByte() {
    assertThatThrownBy(() -> DerivedKeyJson.read(json("Ed25519", array(31, 171), "[]")))
        .hasMessageNotContaining("171")
        .hasMessageNotContaining("ab");
  }

  @Test
  @Tag("slow")
  void randomTextThrowsNothingElse_seed8() {
    Random random = new Random(8);
    String valid = json("Ed25519", array(32, 171), array(32, 205));
    String alphabet = "{}[]\":,0123456789-.e \\";
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(valid);
      for (int k = random.nextInt(4); k > 0; k--) {
        text.setCharAt(
            random.nextInt(text.length()), alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try (DerivedKey key = DerivedKeyJson.read(text.toString())) {
        accepted++;
        assertThat(key.copyPrivateKey()).hasSize(32);
      } catch (DerivedKeyFormatException e) {
        assertThat(e).hasNoCause();
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void closeZeroesThePrivateKeyAndKeepsThePublicOne() {
    DerivedKey key = identity();
    byte[] backing = key.backingPrivateKey();
    assertThat(hex(backing)).startsWith("603aa5c6");
    assertThat(key.isDestroyed()).isFalse();

    key.close();

    assertThat(backing).hasSize(32).containsOnly(0);
    assertThat(key.isDestroyed()).isTrue();
    assertThat(hex(key.publicKey())).startsWith("e78c2766");
    assertThat(key.keyType()).isEqualTo(KeyType.ED25519);
    assertThatThrownBy(key::copyPrivateKey).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key.usePrivateKey(b -> b)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void destroyAloneZeroesAsWell() {
    DerivedKey key = identity();
    byte[] backing = key.backingPrivateKey();
    key.destroy();
    assertThat(backing).containsOnly(0);
  }

  @Test
  void lentArrayIsWipedAfterUseEvenAfterAFailure() {
    try (DerivedKey key = identity()) {
      byte[][] lent = new byte[2][];
      int length =
          key.usePrivateKey(
              bytes -> {
                lent[0] = bytes;
                return bytes.length;
              });
      assertThat(length).isEqualTo(32);
      assertThatThrownBy(
              () ->
                  key.usePrivateKey(
                      bytes -> {
                        lent[1] = bytes;
                        throw new IllegalStateException("of the caller");
                      }))
          .hasMessage("of the caller");
      assertThat(lent[0]).hasSize(32).containsOnly(0);
      assertThat(lent[1]).hasSize(32).containsOnly(0);
      assertThat(key.copyPrivateKey()).isNotEqualTo(new byte[32]);
    }
  }

  @Test
  void copiesAreIndependent() {
    try (DerivedKey key = identity()) {
      Arrays.fill(key.copyPrivateKey(), (byte) 1);
      Arrays.fill(key.publicKey(), (byte) 1);
      assertThat(hex(key.copyPrivateKey())).startsWith("603aa5c6");
      assertThat(hex(key.publicKey())).startsWith("e78c2766");
    }
  }

  @Test
  void keyIsNeitherCloneableNorComparable() throws NoSuchMethodException {
    assertThat(Cloneable.class.isAssignableFrom(DerivedKey.class)).isFalse();
    try (DerivedKey one = identity();
        DerivedKey two = identity()) {
      assertThat(one).isNotEqualTo(two);
    }
    assertThat(DerivedKey.class.getMethod("equals", Object.class).getDeclaringClass())
        .isEqualTo(Object.class);
    assertThat(DerivedKey.class.getMethod("hashCode").getDeclaringClass()).isEqualTo(Object.class);
  }

  @Test
  void encodingsAreExact() {
    JsonNode vector = Vectors.list("key_encodings").get(0);
    try (DerivedKey key = identity();
        SecretBytes pkcs8 = KeyEncodings.pkcs8(key)) {
      assertThat(hex(pkcs8.copyBytes())).isEqualTo(text(vector, "pkcs8_der"));
      assertThat(hex(KeyEncodings.subjectPublicKeyInfo(key))).isEqualTo(text(vector, "spki_der"));
      assertThat(KeyEncodings.fingerprint(key)).isEqualTo(text(vector, "fingerprint"));
      Ed25519Signer signer = new Ed25519Signer();
      signer.init(true, new Ed25519PrivateKeyParameters(key.copyPrivateKey(), 0));
      byte[] message = bytes(vector, "sign_message");
      signer.update(message, 0, message.length);
      assertThat(hex(signer.generateSignature())).isEqualTo(text(vector, "signature"));
    }
  }

  @Test
  void encodingsRefuseOtherKeys() {
    DerivedKey aes = DerivedKey.owning(KeyType.AES_256_GCM, new byte[32], new byte[0]);
    assertThatThrownBy(() -> KeyEncodings.pkcs8(aes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Aes256Gcm");
    assertThatThrownBy(() -> KeyEncodings.subjectPublicKeyInfo(aes))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyEncodings.fingerprint(aes))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyEncodings.fingerprint(new byte[33]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 33");
  }

  @Test
  void wireNamesAndLengthsAreFixed() {
    assertThat(List.of(KeyType.values()))
        .extracting(KeyType::wireName)
        .containsExactly("Ed25519", "Aes256Gcm", "Secp256k1");
    assertThat(List.of(KeyType.values()))
        .extracting(KeyType::publicKeyBytes)
        .containsExactly(32, 0, 33);
  }
}
