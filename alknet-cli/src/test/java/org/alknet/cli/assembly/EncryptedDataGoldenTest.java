package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.alknet.vault.EncryptedData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The vault's blob and core's mirror of it share no code and mean the same: what the golden file of
 * the vault holds goes through core's type and comes out to the letter.
 */
class EncryptedDataGoldenTest {
  private static final Path GOLDEN =
      Path.of(
          System.getProperty("alknet.root"),
          "alknet-vault/src/test/resources/org/alknet/vault/encrypted-data-golden.json");

  @TestFactory
  Iterable<DynamicTest> blobsSurviveTheWayThroughCore() throws IOException {
    JsonNode golden = new JsonMapper().readTree(Files.readAllBytes(GOLDEN));
    assertThat(golden.size()).isGreaterThan(3);
    return golden
        .valueStream()
        .map(
            blob ->
                DynamicTest.dynamicTest(
                    blob.get("id").stringValue(), () -> survives(blob.get("json").stringValue())))
        .toList();
  }

  private static void survives(String json) {
    EncryptedData ofVault = EncryptedData.fromJson(json);
    Base64.Decoder decoder = Base64.getDecoder();

    org.alknet.core.credential.EncryptedData ofCore =
        org.alknet.core.credential.EncryptedData.of(
            ofVault.keyVersion(),
            decoder.decode(ofVault.salt()),
            decoder.decode(ofVault.iv()),
            decoder.decode(ofVault.data()));

    Base64.Encoder encoder = Base64.getEncoder();
    EncryptedData back =
        new EncryptedData(
            ofCore.keyVersion(),
            encoder.encodeToString(ofCore.salt()),
            encoder.encodeToString(ofCore.iv()),
            encoder.encodeToString(ofCore.data()));
    assertThat(back).isEqualTo(ofVault);
    assertThat(back.toJson()).isEqualTo(json);
  }
}
