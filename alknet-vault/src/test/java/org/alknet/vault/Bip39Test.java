package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.alknet.vault.internal.DirectSecret;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class Bip39Test {
  static Stream<Named<JsonNode>> vectors() {
    return Vectors.named("bip39/vectors", "id");
  }

  static Stream<Named<JsonNode>> vectorsWithMasterKey() {
    return Vectors.list("bip39/vectors").stream()
        .filter(node -> node.has("bip32_master_xprv"))
        .map(node -> Named.of(text(node, "id"), node));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void sentenceOfAnyLanguageGivesThePublishedSeed(JsonNode vector) {
    try (Seed seed =
        Bip39.seedFromSentence(chars(vector, "mnemonic"), chars(vector, "passphrase"))) {
      assertThat(hex(seed.copySeedBytes())).isEqualTo(text(vector, "seed"));
    }
  }

  @ParameterizedTest
  @MethodSource("vectorsWithMasterKey")
  void seedGivesThePublishedBip32MasterKey(JsonNode vector) {
    byte[] xprv = Base58.decodeChecked(text(vector, "bip32_master_xprv"));
    try (Secp256k1ExtendedPrivateKey master =
        Bip32Secp256k1.master(Vectors.bytes(vector, "seed"))) {
      assertThat(hex(master.copyChainCode())).isEqualTo(hex(Arrays.copyOfRange(xprv, 13, 45)));
      assertThat(hex(master.copyPrivateKey())).isEqualTo(hex(Arrays.copyOfRange(xprv, 46, 78)));
    }
  }

  @Test
  void composedAndDecomposedPassphraseGiveOneSeed() {
    char[] phrase = ABANDON.toCharArray();
    try (Seed composed = Bip39.seedFromSentence(phrase, "caf\u00e9".toCharArray());
        Seed decomposed = Bip39.seedFromSentence(phrase, "cafe\u0301".toCharArray())) {
      assertThat(hex(composed.copySeedBytes()))
          .startsWith("af8bbd25")
          .isEqualTo(hex(decomposed.copySeedBytes()));
    }
  }

  @Test
  void unpairedSurrogateIsRejectedInEitherInput() {
    assertThatThrownBy(() -> Bip39.seedFromSentence(new char[] {'\ud800'}, null))
        .isInstanceOfSatisfying(
            VaultException.class, e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC))
        .hasNoCause();
    assertThatThrownBy(
            () -> Bip39.seedFromSentence(ABANDON.toCharArray(), new char[] {'a', '\udc00'}))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC));
  }

  @Test
  void inputsStayTheCallers() {
    char[] sentence = "caf\u00e9".toCharArray();
    char[] passphrase = "plain".toCharArray();
    Bip39.seedFromSentence(sentence, passphrase).close();
    assertThat(new String(sentence)).isEqualTo("caf\u00e9");
    assertThat(new String(passphrase)).isEqualTo("plain");
  }

  @Test
  void seedIsZeroAfterClose() {
    Seed seed = Bip39.seedFromSentence(ABANDON.toCharArray(), null);
    DirectSecret store = (DirectSecret) seed.store();
    assertThat(hex(store.peekMemory())).startsWith("5eb00bbd");

    seed.close();

    assertThat(store.peekMemory()).hasSize(64).containsOnly(0);
    assertThat(seed.isDestroyed()).isTrue();
    assertThatThrownBy(seed::copySeedBytes).isInstanceOf(IllegalStateException.class);
    assertThat(seed).hasToString("Seed[REDACTED]");
  }

  @Test
  void seedsOutsideTheSlipRangeAreRefused() {
    for (int length : new int[] {0, 1, 15, 65, 128}) {
      assertThatThrownBy(() -> Seed.of(new byte[length]))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION))
          .hasMessageContaining("got " + length);
    }
    for (int length : new int[] {16, 64}) {
      Seed seed = Seed.of(new byte[length]);
      assertThat(seed.length()).isEqualTo(length);
      assertThat(seed.isDestroyed()).isFalse();
      seed.destroy();
      assertThat(seed.isDestroyed()).isTrue();
    }
  }
}
