package org.alknet.vault.internal;

import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.section;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EnglishWordsTest {
  @Test
  void fileHasThePublishedDigestAndWords() throws GeneralSecurityException {
    byte[] file = EnglishWords.readFile();
    String published = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda";
    assertThat(hex(MessageDigest.getInstance("SHA-256").digest(file))).isEqualTo(published);
    assertThat(text(section("bip39/english_wordlist"), "sha256_of_file_with_lf_endings"))
        .isEqualTo(published);
    List<String> words = EnglishWords.parse(file);
    assertThat(words).hasSize(2048).isSorted().doesNotHaveDuplicates();
    assertThat(words.get(0)).isEqualTo("abandon");
    assertThat(words.get(2047)).isEqualTo("zoo");
  }

  @Test
  void otherFileIsRefused() {
    byte[] changed = EnglishWords.readFile();
    changed[5] = ' ';
    assertThatThrownBy(() -> EnglishWords.parse(changed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("differs");
  }

  @Test
  void everyWordIsFoundAtItsIndex() {
    for (int i = 0; i < EnglishWords.COUNT; i++) {
      char[] around = ("x" + EnglishWords.word(i) + "x").toCharArray();
      assertThat(EnglishWords.indexOf(around, 1, around.length - 1)).isEqualTo(i);
    }
  }

  @Test
  void nothingElseIsFound() {
    for (String text :
        List.of("", "a", "aban", "abandons", "Abandon", "zoos", "zzz", "\u00e9", "abandon ")) {
      assertThat(EnglishWords.indexOf(text.toCharArray(), 0, text.length())).isEqualTo(-1);
    }
  }

  @Test
  void codecRefusesOtherEntropyLengths() {
    for (int length : new int[] {0, 4, 12, 15, 17, 18, 31, 33, 36}) {
      assertThat(Bip39Codec.isEntropyLength(length)).isFalse();
      assertThatThrownBy(() -> Bip39Codec.encode(new byte[length]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("got " + length);
    }
    for (int length : new int[] {16, 20, 24, 28, 32}) {
      assertThat(Bip39Codec.isEntropyLength(length)).isTrue();
    }
  }
}
