package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.bytes;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.alknet.vault.internal.EnglishWords;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class MnemonicTest {
  private static final char[] TREZOR = "TREZOR".toCharArray();

  static Stream<Named<JsonNode>> english() {
    return Vectors.list("bip39/vectors").stream()
        .filter(node -> text(node, "language").equals("english") && node.has("entropy"))
        .map(node -> Named.of(text(node, "id"), node));
  }

  static Stream<Named<JsonNode>> rejected() {
    return Vectors.list("bip39/rejected").stream()
        .map(node -> Named.of(text(node, "reason") + ": " + text(node, "input"), node));
  }

  static Stream<Named<JsonNode>> variants() {
    return Vectors.named("bip39/accepted_variants", "input");
  }

  private static String phrase(Mnemonic mnemonic) {
    try (SecretChars phrase = mnemonic.phrase()) {
      return new String(phrase.copyChars());
    }
  }

  @ParameterizedTest
  @MethodSource("english")
  void entropyGivesThePublishedWords(JsonNode vector) {
    byte[] entropy = bytes(vector, "entropy");
    try (Mnemonic mnemonic =
        Mnemonic.generate(
            vector.get("words").asInt(),
            target -> System.arraycopy(entropy, 0, target, 0, target.length))) {
      assertThat(phrase(mnemonic)).isEqualTo(text(vector, "mnemonic"));
    }
  }

  @ParameterizedTest
  @MethodSource("english")
  void parsedPhraseGivesThePublishedSeed(JsonNode vector) {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(chars(vector, "mnemonic"), Language.ENGLISH);
        Seed seed = mnemonic.toSeed(chars(vector, "passphrase"))) {
      assertThat(hex(seed.copySeedBytes())).isEqualTo(text(vector, "seed"));
      assertThat(phrase(mnemonic)).isEqualTo(text(vector, "mnemonic"));
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void whiteSpaceIsFree(JsonNode vector) {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(chars(vector, "input"), Language.ENGLISH)) {
      assertThat(phrase(mnemonic)).isEqualTo(text(vector, "canonical"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0009", "\n", "\u000b", "\f", "\r", " ", "\u0085", "\u00a0", "\u1680", "\u2000", "\u200a",
        "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"
      })
  void everyUnicodeWhiteSpaceSeparatesWords(String space) {
    char[] input = (space + ABANDON.replace(" ", space) + space + space).toCharArray();
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(input, Language.ENGLISH)) {
      assertThat(phrase(mnemonic)).isEqualTo(ABANDON);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001c", "\u200b", "\u0008", "\u000e", "\u1681", "\u2027", "_"})
  void nothingElseSeparatesWords(String space) {
    char[] input = ABANDON.replace(" ", space).toCharArray();
    assertThatThrownBy(() -> Mnemonic.fromPhrase(input, Language.ENGLISH))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("got 1");
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void malformedPhraseIsRejectedForItsReason(JsonNode vector) {
    String expected =
        switch (text(vector, "reason")) {
          case "word_count" -> "expected 12, 15, 18, 21 or 24 words, got";
          case "unknown_word" -> "is not in the English word list";
          case "checksum" -> "the checksum does not match";
          default -> throw new AssertionError(text(vector, "reason"));
        };
    assertThatThrownBy(() -> Mnemonic.fromPhrase(chars(vector, "input"), Language.ENGLISH))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC);
              assertThat(e.reason()).isEmpty();
              assertThat(e).hasNoCause();
              assertThat(e.getMessage()).startsWith("mnemonic error: ").contains(expected);
            });
  }

  @Test
  void errorNamesThePositionAndNeverTheWord() {
    char[] phrase = ABANDON.replace("about", "secretword").toCharArray();
    assertThatThrownBy(() -> Mnemonic.fromPhrase(phrase, Language.ENGLISH))
        .hasMessage("mnemonic error: word 12 is not in the English word list");
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 15, 18, 21, 24})
  void generatedPhraseHasItsWordsAndParsesBack(int words) {
    try (Mnemonic mnemonic = Mnemonic.generate(words);
        Mnemonic again = Mnemonic.fromPhrase(phrase(mnemonic).toCharArray(), Language.ENGLISH)) {
      assertThat(phrase(mnemonic).split(" ", -1)).hasSize(words);
      assertThat(phrase(again)).isEqualTo(phrase(mnemonic));
    }
  }

  @Test
  void wordCountsOfTheVectorsAreTheOnlyOnes() {
    for (JsonNode count : Vectors.list("bip39/word_counts/invalid")) {
      assertThatThrownBy(() -> Mnemonic.generate(count.asInt()))
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC))
          .hasMessageContaining("got " + count.asInt());
    }
    List<Integer> entropyBits =
        Vectors.list("bip39/word_counts/valid").stream()
            .map(
                words -> {
                  int[] drawn = new int[1];
                  Mnemonic.generate(words.asInt(), target -> drawn[0] = target.length * 8).close();
                  return drawn[0];
                })
            .toList();
    assertThat(entropyBits)
        .isEqualTo(
            Vectors.list("bip39/word_counts/entropy_bits").stream().map(JsonNode::asInt).toList());
  }

  @Test
  void twoGeneratedMnemonicsDiffer() {
    try (Mnemonic first = Mnemonic.generate(12);
        Mnemonic second = Mnemonic.generate(12)) {
      assertThat(phrase(first)).isNotEqualTo(phrase(second));
    }
  }

  @Test
  void seedHas64BytesAndIsRepeatable() {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(ABANDON.toCharArray(), Language.ENGLISH);
        Seed first = mnemonic.toSeed(TREZOR);
        Seed second = mnemonic.toSeed(TREZOR)) {
      assertThat(first.length()).isEqualTo(64);
      assertThat(hex(first.copySeedBytes()))
          .startsWith("c55257c3")
          .endsWith("463b04")
          .isEqualTo(hex(second.copySeedBytes()));
    }
  }

  @Test
  void passphraseChangesTheSeedAndNullMeansEmpty() {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(ABANDON.toCharArray(), Language.ENGLISH);
        Seed none = mnemonic.toSeed(null);
        Seed empty = mnemonic.toSeed(new char[0]);
        Seed trezor = mnemonic.toSeed(TREZOR)) {
      assertThat(none.copySeedBytes()).isEqualTo(empty.copySeedBytes());
      assertThat(none.copySeedBytes()).isNotEqualTo(trezor.copySeedBytes());
    }
  }

  @Test
  void printsRedactedAndNoWord() {
    try (Mnemonic mnemonic = Mnemonic.fromPhrase(ABANDON.toCharArray(), Language.ENGLISH)) {
      assertThat(mnemonic.toString())
          .contains("[REDACTED]")
          .doesNotContain("abandon")
          .doesNotContain("about");
    }
  }

  @Test
  void closedMnemonicIsZeroAndSaysSo() {
    Mnemonic mnemonic = Mnemonic.fromPhrase(ABANDON.toCharArray(), Language.ENGLISH);
    char[] backing = mnemonic.backingArray();
    assertThat(mnemonic.isDestroyed()).isFalse();
    assertThat(new String(backing)).isEqualTo(ABANDON);

    mnemonic.close();

    assertThat(backing).containsOnly('\0');
    assertThat(mnemonic.isDestroyed()).isTrue();
    assertThatThrownBy(mnemonic::phrase).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> mnemonic.toSeed(null)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void destroyZeroesAsCloseDoes() {
    Mnemonic mnemonic = Mnemonic.generate(12);
    mnemonic.destroy();
    assertThat(mnemonic.backingArray()).containsOnly('\0');
  }

  @Test
  void parsingWipesItsWorkWhateverTheOutcome() {
    for (String phrase : List.of(ABANDON, ABANDON.replace("about", "above"), "one two", "")) {
      char[] normalised = phrase.toCharArray();
      byte[] workspace = new byte[33];
      try {
        Mnemonic.fromNormalised(normalised, workspace).close();
      } catch (VaultException e) {
        assertThat(phrase).isNotEqualTo(ABANDON);
      }
      assertThat(new String(normalised)).isEqualTo("\0".repeat(phrase.length()));
      assertThat(workspace).containsOnly(0);
    }
  }

  @Test
  void entropyIsWipedAfterGeneration() {
    byte[][] drawn = new byte[1][];
    Mnemonic.generate(
            24,
            target -> {
              Arrays.fill(target, (byte) 7);
              drawn[0] = target;
            })
        .close();
    assertThat(drawn[0]).hasSize(32).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 15, 18, 21, 24})
  void everyBitOfTheChecksumCountsAtEveryLength(int words) {
    try (Mnemonic mnemonic = Mnemonic.generate(words, target -> Arrays.fill(target, (byte) 7))) {
      String[] valid = phrase(mnemonic).split(" ", -1);
      String last = valid[words - 1];
      int index = EnglishWords.indexOf(last.toCharArray(), 0, last.length());
      for (int bit = 0; bit < words / 3; bit++) {
        String[] changed = valid.clone();
        changed[words - 1] = EnglishWords.word(index ^ 1 << bit);
        char[] input = String.join(" ", changed).toCharArray();
        assertThatThrownBy(() -> Mnemonic.fromPhrase(input, Language.ENGLISH))
            .hasMessage("mnemonic error: the checksum does not match");
      }
    }
  }

  @Test
  void callersArrayIsLeftAlone() {
    char[] phrase = ABANDON.toCharArray();
    Mnemonic.fromPhrase(phrase, Language.ENGLISH).close();
    assertThat(new String(phrase)).isEqualTo(ABANDON);
  }

  @Test
  @Tag("slow")
  void everySingleWordChangeIsNoticedOrStillWellFormed() {
    // One of sixteen random changes passes a 4-bit checksum; none may end in another exception.
    Random random = new Random(39);
    String[] words = ABANDON.split(" ", -1);
    int accepted = 0;
    for (int i = 0; i < 400; i++) {
      String[] changed = words.clone();
      changed[random.nextInt(12)] = EnglishWords.word(random.nextInt(2048));
      try {
        Mnemonic.fromPhrase(String.join(" ", changed).toCharArray(), Language.ENGLISH).close();
        accepted++;
      } catch (VaultException e) {
        assertThat(e.kind()).isEqualTo(VaultException.Kind.MNEMONIC);
      }
    }
    assertThat(accepted).isBetween(5, 60);
  }
}
