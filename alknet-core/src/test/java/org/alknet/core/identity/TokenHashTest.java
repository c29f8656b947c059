package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenHashTest {
  @ParameterizedTest
  @CsvSource({
    "alk_testsecret123,"
        + "sha256:61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c",
    "alk_test_secret," + "sha256:beaee824dc4a20356225c9c0673e4fd69b1d2bf75560306f3bf5063c34fe779b",
    "peer-bearer-secret,"
        + "sha256:c37de5e981a2556ccc4edd012830657de6b5710006be48d33f53a2c96ed24238"
  })
  void hashesMatchThePublishedVectors(String token, String hash) {
    assertThat(TokenHash.of(AuthToken.ofUtf8(token))).hasValue(hash);
    assertThat(TokenHash.isWellFormed(hash)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "616c6b5f414243c3", // ends inside a two-byte character, at the eighth byte
        "ff",
        "c080", // overlong NUL
        "eda080", // a surrogate
        "f4908080", // above the last code point
        "80"
      })
  void malformedUtf8HasNoHash(String hex) {
    assertThat(TokenHash.of(AuthToken.of(HexFormat.of().parseHex(hex)))).isEmpty();
  }

  @Test
  void emptyAndDestroyedTokensHaveNoHash() {
    AuthToken destroyed = AuthToken.ofUtf8("alk_testsecret123");
    destroyed.destroy();

    assertThat(TokenHash.of(AuthToken.ofUtf8(""))).isEmpty();
    assertThat(TokenHash.of(destroyed)).isEmpty();
  }

  @Test
  void tokensAreHashedUpTo4096Bytes() {
    assertThat(TokenHash.of(AuthToken.ofUtf8("x".repeat(4096)))).isPresent();
    assertThat(TokenHash.of(AuthToken.ofUtf8("x".repeat(4097)))).isEmpty();
  }

  @Test
  void wholeTokensOfSeveralByteCharactersAreHashed() {
    assertThat(TokenHash.of(AuthToken.ofUtf8("Schlüssel-🔑"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c",
        "SHA256:61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c",
        "sha256:61210FDB492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c",
        "sha256:61210fdb",
        ""
      })
  void otherTextsAreNoTokenHash(String text) {
    assertThat(TokenHash.isWellFormed(text)).isFalse();
  }
}
