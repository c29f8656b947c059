package org.alknet.vault;

import static org.alknet.vault.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class DerivationPathTest {
  static Stream<Named<JsonNode>> valid() {
    return Vectors.named("paths/parse_valid", "path");
  }

  static Stream<String> rejected() {
    return Stream.concat(
            Vectors.list("paths/parse_rejected_everywhere").stream(),
            Vectors.list("paths/parse_rejected_by_port").stream())
        .map(JsonNode::asString);
  }

  private static void assertInvalid(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> assertThat(e.kind()).isEqualTo(VaultException.Kind.INVALID_PATH))
        .hasMessageStartingWith("invalid path: ")
        .hasNoCause();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void pathGivesItsIndices(JsonNode vector) {
    DerivationPath path = DerivationPath.parse(text(vector, "path"));
    assertThat(path.indices())
        .isEqualTo(vector.get("indices").valueStream().mapToLong(JsonNode::asLong).toArray());
    assertThat(path.depth()).isEqualTo(vector.get("indices").size());
    assertThat(path).hasToString(text(vector, "path").replace('h', '\''));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void malformedPathIsRejected(String text) {
    assertInvalid(() -> DerivationPath.parse(text));
  }

  @Test
  void bothMarksAreEqualAndCanonical() {
    DerivationPath letter = DerivationPath.parse("m/74h/0h/0h/0h");
    DerivationPath quote = DerivationPath.parse("m/74'/0'/0'/0'");
    assertThat(letter).isEqualTo(quote).hasSameHashCodeAs(quote).hasToString("m/74'/0'/0'/0'");
    assertThat(letter).isNotEqualTo(DerivationPath.parse("m/74'/0'/0'/0")).isNotEqualTo("m");
  }

  @Test
  void deepestPathIsOfDepth255() {
    String deepest = "m" + "/1'".repeat(255);
    assertThat(DerivationPath.parse(deepest).depth()).isEqualTo(255);
    assertInvalid(() -> DerivationPath.parse(deepest + "/1'"));
  }

  @Test
  void messageRepeatsNothingOfTheText() {
    assertThatThrownBy(() -> DerivationPath.parse("m/secret"))
        .hasMessage("invalid path: expected a digit at position 2");
    assertThatThrownBy(() -> DerivationPath.parse("m/0'/x"))
        .hasMessage("invalid path: expected a digit at position 5");
    assertThatThrownBy(() -> DerivationPath.parse("m/1/2147483648"))
        .hasMessage("invalid path: index above 2147483647 at position 4");
    assertThatThrownBy(() -> DerivationPath.parse("m/1/07"))
        .hasMessage("invalid path: leading zero at position 4");
  }

  @Test
  void prefixesAreFoundByIndex() {
    DerivationPath path = DerivationPath.parse("m/74'/0'/12'");
    assertThat(path.startsWith(DerivationPath.parse("m"))).isTrue();
    assertThat(path.startsWith(DerivationPath.parse("m/74'/0'"))).isTrue();
    assertThat(path.startsWith(path)).isTrue();
    assertThat(path.startsWith(DerivationPath.parse("m/74'/0'/1'"))).isFalse();
    assertThat(path.startsWith(DerivationPath.parse("m/74'/0'/12'/0'"))).isFalse();
    assertThat(path.startsWith(DerivationPath.parse("m/74'/0"))).isFalse();
  }

  @Test
  void hardenedMeansEveryIndex() {
    assertThat(DerivationPath.parse("m").isFullyHardened()).isTrue();
    assertThat(DerivationPath.parse("m/1'/2h").isFullyHardened()).isTrue();
    assertThat(DerivationPath.parse("m/1'/2").isFullyHardened()).isFalse();
  }

  @Test
  @Tag("slow")
  void randomTextThrowsNothingElse_seed74() {
    Random random = new Random(74);
    String alphabet = "m/'h0123456789+- M\u0967\ud83dx";
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "m/");
      int length = random.nextInt(14);
      for (int k = 0; k < length; k++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        DerivationPath path = DerivationPath.parse(text.toString());
        assertThat(DerivationPath.parse(path.toString())).isEqualTo(path);
        accepted++;
      } catch (VaultException e) {
        assertThat(e.kind()).isEqualTo(VaultException.Kind.INVALID_PATH);
      }
    }
    assertThat(accepted).isPositive();
  }

  @Test
  void constantsHaveTheExactText() {
    JsonNode constants = Vectors.section("paths/constants");
    assertThat(KeyPaths.IDENTITY).hasToString(text(constants, "IDENTITY"));
    assertThat(KeyPaths.DEVICE_PREFIX).hasToString(text(constants, "DEVICE_PREFIX"));
    assertThat(KeyPaths.SSH_HOST).hasToString(text(constants, "SSH_HOST"));
    assertThat(KeyPaths.ENCRYPTION).hasToString(text(constants, "ENCRYPTION"));
    assertThat(KeyPaths.ETHEREUM).hasToString(text(constants, "ETHEREUM"));
  }

  @Test
  void devicePathsFollowTheVectors() {
    for (JsonNode vector : Vectors.list("paths/device_path")) {
      assertThat(KeyPaths.device(vector.get("index").asLong())).hasToString(text(vector, "path"));
    }
    assertThat(KeyPaths.device(0)).isEqualTo(KeyPaths.IDENTITY);
    for (JsonNode index : Vectors.list("paths/device_path_rejected")) {
      assertInvalid(() -> KeyPaths.device(index.asLong()));
    }
  }

  @Test
  void encryptionPathsFollowTheVectors() {
    for (JsonNode vector : Vectors.list("paths/encryption_path_for_version")) {
      assertThat(KeyPaths.encryptionForVersion(vector.get("version").asLong()))
          .hasToString(text(vector, "path"));
    }
    assertThat(KeyPaths.encryptionForVersion(2)).isEqualTo(KeyPaths.ENCRYPTION);
  }

  @Test
  void versionsOutsideTheRangeAreRefused() {
    for (JsonNode version : Vectors.list("paths/encryption_path_rejected")) {
      assertInvalid(() -> KeyPaths.encryptionForVersion(version.asLong()));
    }
  }
}
