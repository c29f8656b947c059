package org.alknet.vault.internal;

import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.alknet.vault.Vectors;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class PrimitivesTest {
  private static final byte[] NO_AAD = new byte[0];

  static Stream<Named<JsonNode>> gcm() {
    return Vectors.named("aes256gcm", "id");
  }

  @ParameterizedTest
  @MethodSource("gcm")
  void aesGcmIsExact(JsonNode vector) {
    byte[] key = bytes(vector, "key");
    byte[] iv = bytes(vector, "iv");
    byte[] aad = bytes(vector, "aad");
    byte[] plaintext = bytes(vector, "plaintext");
    byte[] sealed = HexFormat.of().parseHex(text(vector, "ciphertext") + text(vector, "tag"));
    Optional<byte[]> opened = AesGcm.open(key, iv, sealed, aad);
    if (text(vector, "result").equals("valid")) {
      assertThat(hex(AesGcm.seal(key, iv, plaintext, aad))).isEqualTo(hex(sealed));
      assertThat(opened.map(Vectors::hex)).contains(hex(plaintext));
    } else {
      assertThat(opened).isEmpty();
    }
  }

  @Test
  void everyPartOfASealedTextCounts() {
    byte[] key = new byte[32];
    byte[] iv = new byte[12];
    byte[] aad = "parameters".getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = AesGcm.seal(key, iv, new byte[20], aad);
    assertThat(AesGcm.open(key, iv, sealed, aad)).isPresent();
    assertThat(AesGcm.open(key, iv, sealed, NO_AAD)).isEmpty();
    for (int length = 0; length < sealed.length; length++) {
      assertThat(AesGcm.open(key, iv, Arrays.copyOf(sealed, length), aad)).isEmpty();
    }
    key[31] = 1;
    assertThat(AesGcm.open(key, iv, sealed, aad)).isEmpty();
  }

  @Test
  void otherKeyAndNonceLengthsAreMisuse() {
    for (int iv : new int[] {0, 1, 8, 11, 13, 16}) {
      assertThatThrownBy(() -> AesGcm.seal(new byte[32], new byte[iv], NO_AAD, NO_AAD))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32 and " + iv);
    }
    for (int key : new int[] {0, 16, 24, 31, 33}) {
      assertThatThrownBy(() -> AesGcm.open(new byte[key], new byte[12], new byte[16], NO_AAD))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aesKeyIsWipedAndRefusesSerialisation() throws IOException {
    byte[] given = {1, 2, 3};
    WipeableAesKey key = new WipeableAesKey(given);
    assertThat(key.getAlgorithm()).isEqualTo("AES");
    assertThat(key.getFormat()).isEqualTo("RAW");
    assertThat(key.getEncoded()).containsExactly(1, 2, 3);
    assertThat(key).hasToString("WipeableAesKey[REDACTED]");
    assertThat(key.isDestroyed()).isFalse();
    key.destroy();
    assertThat(key.isDestroyed()).isTrue();
    assertThat(key.getEncoded()).containsOnly(0);
    assertThat(given).containsExactly(1, 2, 3);
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThatThrownBy(() -> out.writeObject(key)).isInstanceOf(NotSerializableException.class);
    }
  }

  @Test
  void hmacAgreesWithTheJdkForEveryKeyLength() throws GeneralSecurityException {
    Random random = new Random(2104);
    for (int length : new int[] {1, 32, 64, 127, 128, 129, 300}) {
      byte[] key = new byte[length];
      byte[] data = new byte[random.nextInt(400)];
      random.nextBytes(key);
      random.nextBytes(data);
      byte[] before = key.clone();
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      assertThat(hex(HmacSha512.of(key, data))).isEqualTo(hex(mac.doFinal(data)));
      assertThat(key).isEqualTo(before);
    }
  }

  @Test
  void closedHmacHasForgottenItsKey() {
    byte[] key = {1, 2, 3};
    byte[] data = {4, 5, 6};
    byte[] result = new byte[64];
    HmacSha512 hmac = new HmacSha512(key);
    hmac.close();
    hmac.compute(data, result);
    assertThat(result).isEqualTo(HmacSha512.of(new byte[64], data));
    assertThat(result).isNotEqualTo(HmacSha512.of(key, data));
  }

  @Test
  void pbkdf2AgreesWithTheJdk() throws GeneralSecurityException {
    for (String password :
        List.of("p", "a longer password", "\u3042\u3044\u3053\u304f\u3057\u3093")) {
      for (int iterations : new int[] {1, 2, 3, 100}) {
        byte[] salt = ("salt" + iterations).getBytes(StandardCharsets.UTF_8);
        byte[] expected =
            SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 512))
                .getEncoded();
        assertThat(
                hex(Pbkdf2.hmacSha512(password.getBytes(StandardCharsets.UTF_8), salt, iterations)))
            .isEqualTo(hex(expected));
      }
    }
    assertThatThrownBy(() -> Pbkdf2.hmacSha512(new byte[1], new byte[1], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Tag("slow")
  void base64AcceptsExactlyWhatItWrites_seed4648() {
    Random random = new Random(4648);
    String alphabet = "ABQRUVghwx019+/=-_ \n";
    int accepted = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(10); k > 0; k--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Optional<byte[]> decoded = StrictBase64.decode(text.toString());
      if (decoded.isPresent()) {
        assertThat(StrictBase64.encode(decoded.get())).isEqualTo(text.toString());
        accepted++;
      } else {
        assertThat(isCanonical(text.toString())).isFalse();
      }
    }
    assertThat(accepted).isGreaterThan(1_000);
  }

  private static boolean isCanonical(String text) {
    try {
      return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(text)).equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void base64RefusesWhatTheJdkForgives() {
    for (String text :
        List.of("QQ", "QUI", "QR==", "QUJ=", "QQ=", "=", "====", "Q===", "Q-==", "Q===QQ==")) {
      assertThat(StrictBase64.decode(text)).as(text).isEmpty();
    }
    assertThat(StrictBase64.decode("")).contains(new byte[0]);
    assertThat(StrictBase64.decode("QQ==")).contains(new byte[] {'A'});
    assertThat(StrictBase64.decode("QUI=")).contains(new byte[] {'A', 'B'});
  }
}
