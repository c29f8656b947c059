package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.SelfSignedCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands about the node and the configuration of a data directory. */
class AdministrationTest {
  @TempDir Path home;

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Path configuration(String content) throws IOException {
    Path data = home.resolve(".alknet");
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Path file = data.resolve("alknet.toml");
    Files.writeString(file, content);
    return file;
  }

  private static JsonNode data(Result result, String kind) {
    JsonNode document = JsonMapper.shared().readTree(result.out());
    assertThat(document.path("kind").asString()).isEqualTo(kind);
    assertThat(document.path("version").asInt()).isOne();
    return document.path("data");
  }

  @Test
  void serveWithHttpSaysSoAndSoDoesStatus() throws Exception {
    try (InProcess.Running serve =
        new InProcess(home).start("serve", "--listen", "127.0.0.1:0", "--http")) {
      serve.await("/search\n");
      Result text = run("status");
      Result json = run("status", "--json");

      String url =
          "https://" + data(json, "status").path("http").path("addresses").path(0).asString();
      assertThat(serve.err())
          .contains(
              "http           " + url + "   certificate ~/.alknet/http.crt (made by this node)")
          .contains("curl --cacert ~/.alknet/http.crt " + url + "/search\n");
      assertThat(text.out()).contains(url + "   0 connections, certificate until ");
    }
    assertThat(run("serve", "--http", "nowhere").exit()).isEqualTo(3);
  }

  @Test
  void statusTellsOfTheRunningNodeAndIs6WithoutOne() throws Exception {
    Path file = configuration("listen_addr = \"127.0.0.1:0\"\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Result text = run("status");
      Result json = run("status", "--json");

      assertThat(text.exit()).isZero();
      assertThat(text.out())
          .contains("running        process " + ProcessHandle.current().pid())
          .contains(node.fingerprint())
          .contains(node.listening().get(0))
          .contains("configuration  ~/.alknet/alknet.toml   generation 0");
      assertThat(data(json, "status").path("running").asBoolean()).isTrue();
      assertThat(data(json, "status").path("fingerprint").asString()).isEqualTo(node.fingerprint());
      assertThat(data(json, "status").has("last_reload")).isFalse();
    }
    Result gone = run("status");
    assertThat(gone.exit()).isEqualTo(6);
    assertThat(gone.out()).startsWith("not running");
    assertThat(run("status", "--json").out()).contains("{\"running\":false}");
  }

  @Test
  void stopReloadAndDiffNeedARunningNode() {
    for (String command : new String[] {"stop", "reload", "config diff"}) {
      Result result = run(command.split(" "));

      assertThat(result.exit()).isEqualTo(6);
      assertThat(result.err()).contains("no node runs on").contains("alknet serve");
    }
  }

  @Test
  void reloadReachesTheNodeThroughTheStoreAndShowsTheDifference() throws Exception {
    Path file = configuration("listen_addr = \"127.0.0.1:0\"\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Files.writeString(
          file, "listen_addr = \"127.0.0.1:0\"\n[rate_limits]\nmax_auth_attempts = 3\n");
      Result good = run("reload");
      Files.writeString(file, "[rate_limits]\nmax_auth_attempts = 0\n");
      Result bad = run("reload");

      assertThat(good.exit()).isZero();
      assertThat(good.out())
          .isEqualTo("configuration reloaded, changed: limits max_auth_attempts:5->3\n");
      assertThat(bad.exit()).isEqualTo(3);
      assertThat(bad.err()).contains("alknet.toml:2:1: rate_limits.max_auth_attempts: ");
      assertThat(run("status").out())
          .contains(node.fingerprint())
          .contains("generation 1")
          .contains("configuration refused, the old one stays in force");
    }
  }

  @Test
  void configCheckPassesOrListsEveryProblem() throws Exception {
    Path file = configuration("[rate_limits]\nmax_auth_attempts = 3\n");
    Result good = run("config", "check");
    Files.writeString(file, "[rate_limit]\n[demo]\nenabled = 1\n");
    Result bad = run("config", "check");
    Result named = run("config", "check", "none.toml");

    assertThat(good.exit()).isZero();
    assertThat(good.out()).isEqualTo("~/.alknet/alknet.toml: ok\n");
    assertThat(good.err()).contains("node.key does not exist; the first start makes it");
    assertThat(bad.exit()).isEqualTo(3);
    assertThat(bad.out()).isEmpty();
    assertThat(bad.err())
        .contains("2 problems")
        .contains("did you mean \"rate_limits\"?")
        .contains("demo.enabled: is true or false");
    assertThat(named.exit()).isEqualTo(3);
    assertThat(home.resolve(".alknet/node.key")).doesNotExist();
  }

  @Test
  void configShowTellsWhoSaidWhat() throws Exception {
    configuration("[rate_limits]\nmax_auth_attempts = 3\n");
    Result show = run("config", "show", "--origin");
    Result json = run("config", "show", "--json");

    assertThat(show.exit()).isZero();
    assertThat(show.out())
        .containsPattern("rate_limits.max_auth_attempts +3 +~/.alknet/alknet.toml")
        .containsPattern("rate_limits.max_connections_per_ip +100 +default")
        .containsPattern("demo.enabled +false +default");
    assertThat(data(json, "config.show").path("settings").values())
        .anyMatch(
            s ->
                s.path("key").asString().equals("rate_limits.max_auth_attempts")
                    && s.path("value").asString().equals("3")
                    && s.path("origin").asString().equals("file"));
  }

  @Test
  void configDiffTellsReloadFromRestart() throws Exception {
    Path file = configuration("listen_addr = \"127.0.0.1:0\"\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(run("config", "diff").out()).isEqualTo("no difference\n");
      Files.writeString(
          file,
          """
          listen_addr = "127.0.0.1:0"
          drain_timeout = "1s"
          [rate_limits]
          max_auth_attempts = 3
          """);
      assertThat(run("config", "diff").out())
          .isEqualTo("reload   limits max_auth_attempts:5->3\nrestart  drain_timeout\n");
      node.reload();
      assertThat(run("config", "diff").out()).isEqualTo("restart  drain_timeout\n");
    }
  }

  @Test
  void sampleIsAllCommentsAndPassesTheCheckWhereWhatItNamesExists() throws Exception {
    String sample = run("config", "init").out();

    assertThat(sample.lines()).allMatch(line -> line.isEmpty() || line.startsWith("#"));
    passesTheCheck(sample.replaceAll("(?m)^#(?! )", ""));
  }

  /** With every table switched on, as section 6.2 of the specification has them. */
  @Test
  void completeConfigurationOfTheSpecificationPassesTheCheck() throws Exception {
    passesTheCheck(
        Files.readString(Path.of("src/test/resources/org/alknet/cli/complete.toml"))
            .replace("# passphrase_file = \"…\"", "passphrase_file = \"PASSPHRASE\""));
  }

  private void passesTheCheck(String text) throws Exception {
    secret("password", "password");
    secret("passphrase", "passphrase");
    configuration("");
    secret(
        ".alknet/remotes.json",
        "{\"version\":1,\"remotes\":{\"hub\":{\"address\":\"hub.example.org:4433\"}}}");
    new InProcess(home)
        .input("abandon ".repeat(11) + "about\n")
        .run("vault", "import", "--stdin", "--password-file", "password");
    try (SelfSignedCertificate made = SelfSignedCertificate.create(Set.of("localhost"), Set.of())) {
      Files.write(home.resolve(".alknet/fullchain.pem"), made.certificatePem());
      Files.write(home.resolve(".alknet/privkey.pem"), made.revealKeyPem());
    }
    Files.writeString(
        home.resolve(".alknet/petstore.yaml"), Petstore.sound("https://pets.example/v1"));
    String fingerprint =
        run("vault", "unlock", "--password-file", "password", "--passphrase-file", "passphrase")
            .out()
            .strip();
    configuration(
        text.replace("/run/credentials/alknet/vault-password", home.resolve("password").toString())
            .replace("/run/credentials/alknet/passphrase", home.resolve("passphrase").toString())
            .replace("PASSPHRASE", home.resolve("passphrase").toString())
            .replaceAll("expect_fingerprint = .*", "expect_fingerprint = \"" + fingerprint + "\""));
    Result check = run("config", "check");

    assertThat(check.err()).doesNotContain("problem");
    assertThat(check.exit()).as(check.err()).isZero();
  }

  private void secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void schemaKnowsEveryKeyOfTheSampleAndOfTheSpecification() throws Exception {
    JsonNode schema = JsonMapper.shared().readTree(run("config", "schema").out());
    String samples =
        run("config", "init").out().replaceAll("(?m)^#(?! )", "")
            + "\n[root]\n"
            + Files.readString(Path.of("src/test/resources/org/alknet/cli/complete.toml"));
    JsonNode table = schema;
    int keys = 0;
    for (String line : samples.lines().toList()) {
      Matcher heading = Pattern.compile("\\[+([a-z_.]+)]+.*").matcher(line);
      Matcher key = Pattern.compile("([a-z_]+) *=.*").matcher(line);
      if (heading.matches()) {
        table = schema;
        for (String part : heading.group(1).replaceFirst("^root$", "").split("\\.", -1)) {
          table = part.isEmpty() ? table : table.path("properties").path(part);
          table = table.has("items") ? table.path("items") : table;
        }
        assertThat(table.path("additionalProperties").asBoolean(true)).as(line).isFalse();
      } else if (key.matches()) {
        assertThat(table.path("properties").has(key.group(1))).as(line).isTrue();
        keys++;
      }
    }
    assertThat(keys).isGreaterThan(100);
  }
}
