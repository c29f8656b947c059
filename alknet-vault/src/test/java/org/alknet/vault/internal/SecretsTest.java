package org.alknet.vault.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SecretsTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "?",
          "plain ascii?",
          "caf\u00e9",
          "\u65e5\u672c\u8a9e",
          "\ud83d\udd11",
          "\u0000\u007f\u0080");

  @Test
  void wipeOverwritesEveryArray() {
    byte[] one = {1, 2};
    byte[] two = {3};
    char[] three = {'a'};
    Secrets.wipe(one, two);
    Secrets.wipe(three);
    assertThat(one).containsOnly(0);
    assertThat(two).containsOnly(0);
    assertThat(three).containsOnly('\0');
  }

  @Test
  void utf8AgreesWithTheJdkBothWays() throws CharacterCodingException {
    for (String text : TEXTS) {
      byte[] expected = text.getBytes(StandardCharsets.UTF_8);
      assertThat(Secrets.utf8(text)).isEqualTo(expected);
      assertThat(Secrets.utf8(text.toCharArray())).isEqualTo(expected);
      assertThat(Secrets.decodeUtf8ToString(expected)).isEqualTo(text);
      Secrets.requireUtf8(expected);
    }
  }

  @Test
  void unpairedSurrogatesAreRefused() {
    for (String text : List.of("\ud800", "a\udc00", "\udc00\ud800", "x\ud83d", "?\ud83d?")) {
      assertThatThrownBy(() -> Secrets.utf8(text)).isInstanceOf(CharacterCodingException.class);
      assertThatThrownBy(() -> Secrets.utf8(text.toCharArray()))
          .isInstanceOf(CharacterCodingException.class);
    }
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    List<byte[]> malformed =
        List.of(
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xc3},
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {'a', (byte) 0xe2, (byte) 0x82});
    for (byte[] bytes : malformed) {
      assertThatThrownBy(() -> Secrets.decodeUtf8ToString(bytes))
          .isInstanceOf(CharacterCodingException.class);
      assertThatThrownBy(() -> Secrets.requireUtf8(bytes))
          .isInstanceOf(CharacterCodingException.class);
    }
  }

  @Test
  void aForeignByteIsNoticedAtEveryPlace() {
    for (int length = 1; length < 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] bytes = new byte[length];
        bytes[at] = (byte) 0x80;
        assertThatThrownBy(() -> Secrets.requireUtf8(bytes))
            .isInstanceOf(CharacterCodingException.class);
      }
    }
  }

  @Test
  void nfkdAgreesWithTheJdkAndGivesAFreshArray() {
    for (String text :
        List.of("", "abc \u007f", "caf\u00e9", "\u3000\u00a0", "\u30ac\ufb01", "\ud800")) {
      char[] input = text.toCharArray();
      char[] normal = Secrets.nfkd(input);
      assertThat(new String(normal)).isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFKD));
      assertThat(normal).isNotSameAs(input);
    }
  }

  @Test
  void heapSecretOwnsCopiesAndWipes() {
    byte[] given = {1, 2, 3};
    HeapSecret copy = HeapSecret.copyOf(given);
    assertThat(copy.backingArray()).isNotSameAs(given).containsExactly(1, 2, 3);
    assertThat(HeapSecret.owning(given).backingArray()).isSameAs(given);
    assertThat(copy.copy()).isNotSameAs(copy.backingArray()).containsExactly(1, 2, 3);
    assertThat(copy.isWiped()).isFalse();
    copy.close();
    assertThat(copy.isWiped()).isTrue();
    assertThat(copy.backingArray()).containsOnly(0);
    assertThat(copy.length()).isEqualTo(3);
    assertThatThrownBy(copy::copy).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void directSecretOwnsCopiesAndWipes() {
    DirectSecret secret = DirectSecret.copyOf(new byte[] {1, 2, 3});
    assertThat(secret.copy()).containsExactly(1, 2, 3);
    assertThat(secret.peekMemory()).containsExactly(1, 2, 3);
    assertThat(secret.isWiped()).isFalse();
    secret.close();
    assertThat(secret.isWiped()).isTrue();
    assertThat(secret.peekMemory()).containsOnly(0);
    assertThat(secret.length()).isEqualTo(3);
    assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void systemRandomnessFillsTheArray() {
    byte[] first = new byte[32];
    byte[] second = new byte[32];
    RandomSource.system().fill(first);
    RandomSource.system().fill(second);
    assertThat(first).isNotEqualTo(new byte[32]).isNotEqualTo(second);
  }
}
