package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node that imports the tools of a server, and the command that shows what it would import. */
class McpTest {
  private static ToolServer server;

  @TempDir Path home;

  @BeforeAll
  static void start() {
    server = new ToolServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Result run(String line) {
    return new InProcess(home).run(line.split(" ", -1));
  }

  private void secret(String name, String content) throws Exception {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Path configured(String more) throws Exception {
    Path file = home.resolve(".alknet/alknet.toml");
    Files.writeString(file, more, StandardOpenOption.APPEND);
    return file;
  }

  // ---- import mcp

  @Test
  void theToolsAreShownAndWrittenIntoTheConfiguration() throws Exception {
    assertThat(run("init --listen 127.0.0.1:0").exit()).isZero();

    Result shown = run("import mcp " + server.url() + " --namespace far --list --check --json");
    JsonNode data = JsonMapper.shared().readTree(shown.out()).path("data");
    assertThat(shown.exit()).as(shown.err()).isZero();
    assertThat(data.path("operations")).hasSize(4);
    assertThat(data.path("operations").get(2).path("name").asString()).isEqualTo("far/call");
    assertThat(data.path("operations").get(2).path("op_type").asString()).isEqualTo("mutation");
    assertThat(data.path("skipped")).isEmpty();
    assertThat(data.has("written_to")).isFalse();

    Result written = run("import mcp " + server.url() + " --namespace far --write-config");
    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(written.out()).contains("far/search", "alknet.toml");
    Result checked = run("config check");
    assertThat(checked.exit()).as(checked.err()).isZero();
    assertThat(checked.out() + checked.err()).contains("tools of far");
    assertThat(run("config show").out()).contains("operations.mcp.url", server.url());

    // What would make the file wrong is not written.
    String before = Files.readString(home.resolve(".alknet/alknet.toml"));
    Result twice = run("import mcp " + server.url() + " --namespace far --write-config");
    assertThat(twice.exit()).isEqualTo(3);
    assertThat(twice.err()).contains("is there twice");
    assertThat(Files.readString(home.resolve(".alknet/alknet.toml"))).isEqualTo(before);
    try (Stream<Path> files = Files.list(home.resolve(".alknet"))) {
      assertThat(files.map(Path::toString).filter(name -> name.contains(".new"))).isEmpty();
    }
  }

  @Test
  void whatCannotBeAskedHasItsExitCode() {
    assertThat(run("import mcp ftp://host/mcp").exit()).isEqualTo(2);
    assertThat(run("import mcp http://[").exit()).isEqualTo(2);
    assertThat(run("import mcp " + server.url() + " --namespace a/b").exit()).isEqualTo(2);
    assertThat(run("import mcp http://127.0.0.1:1/mcp").exit()).isEqualTo(10);
    assertThat(run("import mcp " + server.url().replace("/mcp", "/other")).exit()).isEqualTo(24);
    assertThat(run("import mcp " + server.url() + " --ca-bundle none.pem").exit()).isEqualTo(6);
    assertThat(run("import mcp " + server.url() + " --write-config").exit()).isEqualTo(6);
  }

  // ---- a node

  @Test
  void aNodeOffersWhatItsConfigurationExposes() throws Exception {
    secret("password", "correct horse");
    secret("key", ToolServer.TOKEN);
    assertThat(run("init --vault --listen 127.0.0.1:0 --password-file password --out words").exit())
        .isZero();
    Result put = run("credential put far-key --file key --password-file password");
    assertThat(put.exit()).as(put.err()).isZero();
    configured(
        "\n[[operations.mcp]]\nnamespace = \"far\"\nurl = \""
            + server.url()
            + "\"\ncredential = \"far-key\"\nexpose = [\"far/call\"]\n"
            + "required_scopes = [\"operator\"]\n");
    try (Node node =
        NodeBuilder.fromConfig(home.resolve(".alknet/alknet.toml"))
            .passwordFile(home.resolve("password"))
            .start()) {
      assertThat(node.listening()).hasSize(1);
      Result listed = run("ls");
      assertThat(listed.out()).contains("far/call").doesNotContain("far/search");

      Result called =
          new InProcess(home).run("call", "far/call", "{\"operation\":\"tools/whoami\"}");
      assertThat(called.exit()).as(called.err()).isZero();
      assertThat(called.out()).contains("the node");
      assertThat(
              new InProcess(home)
                  .run("call", "far/call", "{\"operation\":\"tools/whoami\"}", "--anonymous")
                  .exit())
          .isEqualTo(21);
      assertThat(run("call far/search {}").exit()).isEqualTo(20);
      assertThat(run("credential list").out()).containsPattern("far-key .* operations.mcp far");
    }
  }

  @Test
  void aNodeWhoseServerDoesNotAnswerDoesNotStart() throws Exception {
    assertThat(run("init --listen 127.0.0.1:0").exit()).isZero();
    Path file =
        configured(
            "\n[[operations.mcp]]\nnamespace = \"far\"\nurl = \""
                + server.url().replace("/mcp", "/other")
                + "\"\n");

    assertThatThrownBy(() -> NodeBuilder.fromConfig(file).start())
        .isInstanceOf(NodeException.class)
        .hasMessageContaining("tools of far")
        .satisfies(
            refused ->
                assertThat(((NodeException) refused).kind())
                    .isEqualTo(NodeException.Kind.CANNOT_START))
        .satisfies(
            refused ->
                assertThat(((NodeException) refused).advice())
                    .isEqualTo(
                        List.of(
                            "See what it says:  alknet import mcp "
                                + server.url().replace("/mcp", "/other"))));
  }

  @Test
  void aNodeOffersItsOwnOperationsAsTools() throws Exception {
    assertThat(run("init --listen 127.0.0.1:0").exit()).isZero();
    Path file = configured("\n[demo]\nenabled = true\n[http]\nmcp = true\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      var http = node.http().orElseThrow();
      Result shown =
          run(
              "import mcp "
                  + http.url()
                  + "/mcp --namespace far --ca-bundle "
                  + http.certificateFile());

      assertThat(shown.exit()).as(shown.err()).isZero();
      assertThat(shown.out()).contains("far/batch");
    }
  }
}
