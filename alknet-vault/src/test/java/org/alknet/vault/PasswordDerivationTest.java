package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.alknet.vault.Vectors.chars;
import static org.alknet.vault.Vectors.hex;
import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class PasswordDerivationTest {
  private static final String PATH = "m/74'/1'/0'/42'";

  private final VaultServiceHandle vault = VaultServiceHandle.create();

  @AfterEach
  void lock() {
    vault.close();
  }

  static Stream<Named<JsonNode>> vectors() {
    return Vectors.named("password", "id");
  }

  private String bytes(String path, int length) {
    try (SecretBytes bytes = PasswordDerivation.derive(vault, path, length)) {
      assertThat(bytes.length()).isEqualTo(Math.min(length, 32));
      return hex(bytes.copyBytes());
    }
  }

  private String string(String path, int length) {
    try (SecretChars text = PasswordDerivation.deriveString(vault, path, length)) {
      return text.useChars(String::new);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void passwordIsExact(JsonNode vector) {
    vault.unlock(chars(vector, "mnemonic"), chars(vector, "passphrase"));
    int length = vector.get("length").asInt();
    assertThat(bytes(text(vector, "path"), length)).isEqualTo(text(vector, "bytes"));
    assertThat(string(text(vector, "path"), length)).isEqualTo(text(vector, "string"));
  }

  @Test
  void passwordIsRepeatableAndDiffersByPath() {
    vault.unlock(ABANDON.toCharArray(), null);
    assertThat(bytes(PATH, 32)).isEqualTo(bytes(PATH, 32));
    assertThat(bytes(PATH, 32)).isNotEqualTo(bytes("m/74'/1'/0'/43'", 32));
  }

  @Test
  void sixteenBytesAreThePrefixOfThirtyTwo() {
    vault.unlock(ABANDON.toCharArray(), null);
    assertThat(bytes(PATH, 32)).startsWith(bytes(PATH, 16));
  }

  @Test
  void stringIsUnpaddedBase64UrlOfTheBytesAtEveryLength() {
    vault.unlock(ABANDON.toCharArray(), null);
    for (int length = 0; length <= 33; length++) {
      byte[] expected = HexFormat.of().parseHex(bytes(PATH, length));
      assertThat(string(PATH, length))
          .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(expected));
    }
  }

  @Test
  void lockedVaultAndBadArgumentsAreRefused() {
    assertThatThrownBy(() -> PasswordDerivation.derive(vault, PATH, 16))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.VAULT_LOCKED));
    vault.unlock(ABANDON.toCharArray(), null);
    assertThatThrownBy(() -> PasswordDerivation.derive(vault, PATH, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got -1");
    assertThatThrownBy(() -> PasswordDerivation.derive(vault, "m/74'/1'/0'/abc123'", 16))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.INVALID_PATH));
    assertThatThrownBy(() -> PasswordDerivation.derive(vault, "m/74/1'/0'/1'", 16))
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.DERIVATION));
  }
}
