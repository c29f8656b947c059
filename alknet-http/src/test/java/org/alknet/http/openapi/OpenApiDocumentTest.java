package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.alknet.call.adapter.AdapterException.SchemaParse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class OpenApiDocumentTest {
  private static final String START = "openapi: 3.0.0\ninfo: {title: T}\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"openapi"                                              | no JSON
          [1]                                                     | no object
          just words                                              | no object
          a: [b\\n: c                                             | neither JSON nor YAML
          {"swagger":"2.0","info":{},"paths":{}}                  | Swagger 2.0
          {"openapi":"3.0.0","paths":{}}                          | "info"
          {"openapi":"3.0.0","info":{}}                           | "paths"
          {"openapi":"3.0.0","info":{},"paths":[]}                | "paths"
          {"openapi":"3.1.0","info":{}}                           | "paths"
          {"openapi":"2.9","info":{},"paths":{}}                  | 2.9
          {"openapi":"4.0.0","info":{},"paths":{}}                | 4.0.0
          {"openapi":{},"info":{},"paths":{}}                     | version 3
          """)
  void whatIsNoDocumentIsRefusedByName(String text, String reason) {
    assertThatThrownBy(() -> OpenApiDocument.parse(text.replace("\\n", "\n")))
        .isInstanceOf(SchemaParse.class)
        .hasMessageContaining(reason);
  }

  @Test
  void yamlAndJsonAreTheSame() throws Exception {
    OpenApiDocument yaml = OpenApiDocument.parseYaml(Remote.resource("petstore.yaml"));
    OpenApiDocument json = OpenApiDocument.parseJson(yaml.json().toString());

    assertThat(json.json().toString()).isEqualTo(yaml.json().toString());
    assertThat(yaml.title()).isEqualTo("Pets");
    assertThat(yaml.infoVersion()).isEqualTo("1.2");
    assertThat(yaml.version()).isEqualTo(OpenApiVersion.V3_0);
    // A status without quotes is a number there and a name here.
    assertThat(yaml.json().at("/paths/~1pets~1{petId}/get/responses/404").isObject()).isTrue();
  }

  @Test
  void wordsThatOlderYamlTookForSomethingElseAreWords() throws Exception {
    JsonNode info =
        OpenApiDocument.parse(
                START + "paths: {}\nx: {a: no, b: on, c: 1.50, d: 0x10, e: ~, f: .inf, g: 012}")
            .json()
            .path("x");

    assertThat(info.toString())
        .isEqualTo(
            "{\"a\":\"no\",\"b\":\"on\",\"c\":1.5,\"d\":16,\"e\":null,\"f\":\"Infinity\",\"g\":12}");
  }

  @Test
  void titleAndVersionHaveDefaults() throws Exception {
    OpenApiDocument bare = OpenApiDocument.parse("{\"info\":{},\"paths\":{}}");

    assertThat(bare.title()).isEmpty();
    assertThat(bare.infoVersion()).isEqualTo("1.0.0");
  }

  @ParameterizedTest
  @CsvSource({"3.0.0, V3_0", "3.0.4, V3_0", "3.1.1, V3_1", "3.2.0, V3_1", "3.0, V3_0"})
  void versionsHaveTheirSchemas(String text, OpenApiVersion version) throws Exception {
    assertThat(OpenApiDocument.parse("openapi: " + text + "\ninfo: {}\npaths: {}").version())
        .isEqualTo(version);
  }

  @Test
  void serversAreReadWithTheirDefaults() {
    assertThat(Remote.document("petstore.yaml").servers())
        .containsExactly(URI.create("https://pets.example/v1"), URI.create("/v2"));
  }

  @Test
  void aFewLinesOfAliasesDoNotBecomeBillionsOfValues() {
    StringBuilder bomb = new StringBuilder(START + "paths: {}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append((alias + ",").repeat(8)).append(alias).append("]\n");
    }

    assertThatThrownBy(() -> OpenApiDocument.parse(bomb.toString()))
        .isInstanceOf(SchemaParse.class)
        .hasMessageContaining("too many values");
  }

  @Test
  void anAliasOfItselfIsRefused() {
    assertThatThrownBy(() -> OpenApiDocument.parse(START + "paths: &p {a: *p}"))
        .isInstanceOf(SchemaParse.class);
  }

  @ParameterizedTest
  @CsvSource({"'[', ']'", "'{\"a\":', '}'"})
  void depthIsBounded(String open, String close) {
    String deep = open.repeat(100_000) + "1" + close.repeat(100_000);

    assertThatThrownBy(() -> OpenApiDocument.parse("{\"info\":{},\"paths\":{},\"x\":" + deep + "}"))
        .isInstanceOf(SchemaParse.class);
  }

  @Test
  void depthOfYamlIsBoundedAsWell() {
    String deep = "[".repeat(5_000) + "]".repeat(5_000);

    assertThatThrownBy(() -> OpenApiDocument.parse(START + "paths: {}\nx: " + deep))
        .isInstanceOf(SchemaParse.class);
  }

  @Test
  void aTreeOfSomebodyElseIsBoundedAsWell() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("info");
    root.putObject("paths");
    ArrayNode at = root.putArray("deep");
    for (int i = 0; i < 100_000; i++) {
      at = at.addArray();
    }

    assertThatThrownBy(() -> OpenApiDocument.of(root))
        .isInstanceOf(SchemaParse.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void sizeIsBounded() {
    String huge = START + "# " + "x".repeat(OpenApiDocument.MAX_CHARACTERS);

    assertThatThrownBy(() -> OpenApiDocument.parse(huge))
        .isInstanceOf(SchemaParse.class)
        .hasMessageContaining("longer than");
  }
}
