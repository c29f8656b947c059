package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.Stealth;
import org.alknet.store.sqlite.Durability;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.WatchMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {
  private static final String TOML =
      """
      listen_addr = ["127.0.0.1:4500", "[::1]:4500"]
      drain_timeout = "3s"
      watch_config = true

      [tls_identity]
      type = "raw_key"
      key_file = "keys/node.key"

      [identity]
      source = "config"

      [store]
      path = "other.db"
      durability = "normal"
      watch = "poll"
      stale_policy = "deny_after=60s"
      poll_interval = "20ms"
      heartbeat = "300ms"
      busy_timeout = "1s"
      keep_notifications = 50
      allow_network_fs = true
      close_timeout = "3s"
      refresh_timeout = "4s"

      [[auth.api_keys]]
      prefix = "alk_9fQ2"
      hash = "sha256:61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c"
      scopes = ["metrics:read"]

      [rate_limits]
      max_auth_attempts = 7

      [vault]
      keystore = "vault.json"
      password_file = "/run/password"
      lock_after_start = false

      [call]
      default_timeout = "20s"

      [[connect]]
      remote = "hub"
      import = true

      [http]
      listen_addr = ["0.0.0.0:443", "[::]:443"]
      cert = "web/chain.pem"
      key = "web/key.pem"
      decoy = "site:web/public"
      origins = ["https://app.example.org"]
      hosts = ["node.example.org"]
      health_path = "off"
      mcp = false

      [demo]
      enabled = true

      [logging]
      level = "debug"
      format = "json"
      audit_file = "audit.log"
      """;

  private static final String JSON =
      """
      {
        "listen_addr": ["127.0.0.1:4500", "[::1]:4500"],
        "drain_timeout": "3s",
        "watch_config": true,
        "tls_identity": {"type": "raw_key", "key_file": "keys/node.key"},
        "identity": {"source": "config"},
        "store": {
          "path": "other.db",
          "durability": "normal",
          "watch": "poll",
          "stale_policy": "deny_after=60s",
          "poll_interval": "20ms",
          "heartbeat": "300ms",
          "busy_timeout": "1s",
          "keep_notifications": 50,
          "allow_network_fs": true,
          "close_timeout": "3s",
          "refresh_timeout": "4s"
        },
        "auth": {"api_keys": [{
          "prefix": "alk_9fQ2",
          "hash": "sha256:61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c",
          "scopes": ["metrics:read"]
        }]},
        "rate_limits": {"max_auth_attempts": 7},
        "vault": {
          "keystore": "vault.json",
          "password_file": "/run/password",
          "lock_after_start": false
        },
        "call": {"default_timeout": "20s"},
        "connect": [{"remote": "hub", "import": true}],
        "http": {
          "listen_addr": ["0.0.0.0:443", "[::]:443"],
          "cert": "web/chain.pem",
          "key": "web/key.pem",
          "decoy": "site:web/public",
          "origins": ["https://app.example.org"],
          "hosts": ["node.example.org"],
          "health_path": "off",
          "mcp": false
        },
        "demo": {"enabled": true},
        "logging": {"level": "debug", "format": "json", "audit_file": "audit.log"}
      }
      """;

  @TempDir Path temp;

  private DataDirectory data() {
    return new DataDirectory(temp.resolve("data"));
  }

  private Path file(String name, String content) throws IOException {
    Path file = temp.resolve(name);
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private NodeException refused(String name, String content) throws IOException {
    Path file = file(name, content);
    return catchThrowableOfType(NodeException.class, () -> NodeConfig.load(file, data()));
  }

  private List<String> problems(String name, String content) throws IOException {
    NodeException refused = refused(name, content);
    assertThat(refused).isNotNull();
    assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION);
    String prefix = temp.resolve(name) + ":";
    return refused.advice().stream().map(line -> line.replace(prefix, "")).toList();
  }

  @Test
  void everyTableIsReadAndPathsStartAtTheFile() throws Exception {
    NodeConfig config = NodeConfig.load(file("node.toml", TOML), data());

    assertThat(config.core().listenAddresses()).hasSize(2);
    assertThat(config.core().drainTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.nodeKey().orElseThrow().file()).contains(temp.resolve("keys/node.key"));
    assertThat(config.identity().inConfiguration()).isTrue();
    assertThat(config.store())
        .isEqualTo(
            new NodeConfig.Store(
                data().root().resolve("other.db"),
                SqliteStoreOptions.builder()
                    .durability(Durability.NORMAL)
                    .watch(WatchMode.POLL)
                    .pollInterval(Duration.ofMillis(20))
                    .heartbeat(Duration.ofMillis(300))
                    .busyTimeout(Duration.ofSeconds(1))
                    .denyAfter(Duration.ofSeconds(60))
                    .keepNotifications(50)
                    .allowNetworkFs(true)
                    .closeTimeout(Duration.ofSeconds(3))
                    .refreshTimeout(Duration.ofSeconds(4))
                    .build()));
    assertThat(config.dynamic().auth().apiKeys()).hasSize(1);
    assertThat(config.dynamic().rateLimits().maxAuthAttempts()).isEqualTo(7);
    assertThat(config.vault())
        .contains(
            new NodeConfig.Vault(
                temp.resolve("vault.json"),
                Optional.of(Path.of("/run/password")),
                Optional.empty(),
                false));
    assertThat(config.call())
        .isEqualTo(new NodeConfig.Call(false, Optional.of(Duration.ofSeconds(20))));
    assertThat(config.connect()).containsExactly(new NodeConfig.Connect("hub", true, true));
    assertThat(config.http())
        .contains(
            new NodeConfig.Http(
                List.of(new InetSocketAddress("0.0.0.0", 443), new InetSocketAddress("::", 443)),
                Optional.of(
                    new NodeConfig.CertificateFiles(
                        temp.resolve("web/chain.pem"), temp.resolve("web/key.pem"))),
                new Decoy.StaticSite(temp.resolve("web/public")),
                Stealth.OFF,
                Set.of("https://app.example.org"),
                Set.of("node.example.org"),
                Optional.empty(),
                false));
    assertThat(config.demo()).isTrue();
    assertThat(config.logging())
        .isEqualTo(
            new NodeConfig.Logging(
                Optional.of("debug"), Optional.of("json"), Optional.of(temp.resolve("audit.log"))));
    assertThat(config.watched()).isTrue();
  }

  @Test
  void tomlAndJsonSayTheSame() throws Exception {
    NodeConfig toml = NodeConfig.load(file("node.toml", TOML), data());
    NodeConfig json = NodeConfig.load(file("node.json", JSON), data());

    assertThat(json.core()).isEqualTo(toml.core());
    assertThat(json.dynamic()).isEqualTo(toml.dynamic());
    assertThat(json.nodeKey()).isEqualTo(toml.nodeKey());
    assertThat(json.identity()).isEqualTo(toml.identity());
    assertThat(json.store()).isEqualTo(toml.store());
    assertThat(json.vault()).isEqualTo(toml.vault());
    assertThat(json.call()).isEqualTo(toml.call());
    assertThat(json.connect()).isEqualTo(toml.connect());
    assertThat(json.logging()).isEqualTo(toml.logging());
    assertThat(json.watched()).isEqualTo(toml.watched());
  }

  @Test
  void emptyFileMeansDefaultsAndNoDemo() throws Exception {
    NodeConfig config = NodeConfig.load(file("node.toml", ""), data());

    assertThat(config.core().listenAddresses()).isEmpty();
    assertThat(config.nodeKey().orElseThrow().file()).contains(data().nodeKey());
    assertThat(config.store().path()).isEqualTo(data().store());
    assertThat(config.vault()).isEmpty();
    assertThat(config.demo()).isFalse();
  }

  @Test
  void everyProblemIsReportedAtOnceWithItsPlace() throws Exception {
    List<String> problems =
        problems(
            "node.toml",
            """
            listen_adr = "127.0.0.1:1"
            drain_timeout = 5
            [stroe]
            path = "x"
            [rate_limits]
            max_auth_attempts = -1
            [demo]
            enabled = "yes"
            [logging]
            level = "loud"
            level = "info"
            """);

    assertThat(problems)
        .anyMatch(
            p -> p.equals("1:1: listen_adr: is not a known setting; did you mean \"listen_addr\"?"))
        .anyMatch(p -> p.startsWith("2:1: drain_timeout: is a text, not a whole number"))
        .anyMatch(p -> p.equals("3:1: stroe: is not a known setting; did you mean \"store\"?"))
        .anyMatch(p -> p.startsWith("6:1: rate_limits.max_auth_attempts: "))
        .anyMatch(p -> p.startsWith("8:1: demo.enabled: is true or false, not a text"))
        .anyMatch(p -> p.startsWith("10:1: logging.level: is one of off, error"))
        .anyMatch(p -> p.startsWith("11:1: ") && p.contains("level previously defined at line 10"))
        .hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = |1:4: Unexpected end of input",
        "[identity]\\nsource = \"etcd\"|identity.source: is one of sqlite, config",
        "[identity]\\nexpect_fingerprint = \"x\"|identity.expect_fingerprint: is ed25519:",
        "[store]\\nstale_policy = \"never\"|store.stale_policy: is \"serve\" or such as",
        "[store]\\nwatch = \"pol\"|did you mean \"poll\"?",
        "[vault]\\nlock_after_start = true|vault.keystore: is required",
        "[tls_identity]\\ntype=\"raw_key\"\\nsource=\"vault\"|there is no table [vault]",
        "[tls_identity]\\ntype=\"self_signed\"\\nsource=\"file\"|goes with type raw_key only",
        "[call]\\ndefault_timeout = \"2d\"|call.default_timeout: is a duration",
        "[call]\\ndefault_timeout = \"0s\"|call.default_timeout: is 1ms to 24h",
        "connect = \"hub\"|connect: is a list of tables, not a text",
        "[[connect]]\\nimport = true|connect[0].remote: is required",
        "connect = [1]|connect[0]: is a table, not a whole number",
        "[http]\\ndecoy = \"x\"|http.decoy: is not_found, site:DIRECTORY or redirect:URL",
        "[http]\\ndecoy = \"redirect:ftp://x\"|http.decoy: redirects to an http or https",
        "[http]\\ndecoy = \"site:\"|http.decoy: is not_found, site:",
        "[http]\\nlisten_addr = \"443\"|http.listen_addr: is an IP address and a port",
        "[http]\\nlisten_addr = [1]|http.listen_addr[0]: is a text, not a whole number",
        "[http]\\ncert = \"c.pem\"|http.cert: is half of it",
        "[http]\\nkey = \"k.pem\"|http.key: is half of it",
        "[http]\\nstealth = \"on\"|http.stealth: is one of off, conceal",
        "[http]\\nmcp = 1|http.mcp: is true or false, not a whole number",
        "[http]\\norigins = \"*\"|http.origins: is a list of texts, not a text",
        "[http]\\norigins = [\"app.example.org\"]|http.origins: has such as https://",
        "[http]\\norigins = [\"*\", \"https://a.b\"]|http.origins: has nothing beside",
        "[http]\\nstealth=\"conceal\"\\norigins=[\"*\"]|http.origins: does not go with stealth",
        "[http]\\nhosts = [\"A.example:1\"]|http.hosts: has names in lower case",
        "[http]\\nhealth_path = \"health\"|http.health_path: is a path such as /healthz, or off",
        "[http]\\nhealthpath = \"/h\"|did you mean \"health_path\"?",
        "[[operations.mcp]]\\nnamespace = \"x\"|operations.mcp[0].url: is required",
        "[[operations.mcp]]\\nurl = \"https://a\"|operations.mcp[0].namespace: is required",
        "[[operations.mcp]]\\n"
            + "namespace=\"a/b\"\\n"
            + "url=\"https://a\"|operations.mcp[0].namespace: does",
        "[[operations.mcp]]\\n"
            + "namespace=\"x\"\\n"
            + "url=\"ftp://a\"|operations.mcp[0].url: does not fit",
        "[[operations.mcp]]\\nnamespace=\"x\"\\nurl=\"http://[\"|operations.mcp[0].url: is an http",
        "[[operations.mcp]]\\nnamespace=\"x\"\\nurl=\"https://a\"\\nexpose=[\"y/z\"]|has names of",
        "[[operations.mcp]]\\nnamespace=\"x\"\\nurl=\"https://a\"\\nrequired_scopes=[\"s\"]|guards",
        "[[operations.openapi]]\\nnamespace = \"x\"|operations.openapi[0].document: is required",
        "[[operations.openapi]]\\ndocument = \"x\"|operations.openapi[0].namespace: is required",
        "[[operations.openapi]]\\n"
            + "namespace=\"x\"\\n"
            + "document=\"http://x/\"|document: is a file or an https address",
        "[operations]\\nmpc = 1|did you mean \"mcp\"?",
        "[logging]\\nformat = \"xml\"|logging.format: is one of text, json",
        "[store]\\nstale_policy = \"deny_after=9999999h\"|store.stale_policy: denies after a year",
        "[store]\\npoll_interval = \"2s\"|store.poll_interval: is 1ms to 1s",
        "[store]\\nheartbeat = \"1ms\"|store.heartbeat: is 50ms to 5s",
        "[store]\\nbusy_timeout = \"2m\"|store.busy_timeout: is 0s to 1m",
        "[store]\\nkeep_notifications = 0|store.keep_notifications: is 1 to 1000000",
        "[store]\\nkeep_notification = 1|did you mean \"keep_notifications\"?",
        "[store]\\nclose_timeout = \"11m\"|store.close_timeout: is 0s to 10m",
        "watch_config = 1|watch_config: is true or false",
        "[[connect]]\\nremote = \"h:0\"|connect[0].remote: is no address",
        "[[connect]]\\nremote = \"x@h:1\"|connect[0].remote: has no fingerprint before the @",
        "[[connect]]\\nremote = \"::1:4433\"|connect[0].remote: is no address",
        "[[connect]]\\nremote=\"h\"\\n[[connect]]\\nremote=\"h\"|connect[1].remote: is there twice",
        "[[auth.peers]]\\npeer_id = \"w\"|auth.peers: is for identity.source = \"config\"",
        "demo = 1979-05-27|demo: is a table, not a date or time",
        "listen_addr = [1.5]|listen_addr[0]: is a text, not a fraction",
      })
  void eachWrongSettingIsNamed(String toml, String message) throws Exception {
    assertThat(problems("node.toml", toml.replace("\\n", "\n")))
        .hasSize(1)
        .allMatch(problem -> problem.contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|1:1: is a JSON object",
        "{\"demo\": }|1:10: ",
        "{} x|1:",
        "{\"store\": {\"watch\": \"auto\", \"watch\": \"poll\"}}|store.watch: occurs twice",
        "{\"demo\": null}|demo: is a table, not null",
        "{\"rate_limits\": {\"max_auth_attempts\": 99999999999999999999}}|beyond all limits",
      })
  void wrongJsonIsNamed(String json, String message) throws Exception {
    assertThat(problems("node.json", json)).anyMatch(problem -> problem.contains(message));
  }

  @ParameterizedTest
  @CsvSource({
    "'[vault]\nkeystore=\"v\"\npassword=\"hunter2\"', vault.password, hunter2",
    "'[vault]\nkeystore=\"v\"\nmnemonic=\"a b c\"', vault.mnemonic, a b c",
    "'[[connect]]\nremote=\"hub\"\ntoken=\"hunter2\"', connect[0].token, hunter2",
    "'api_key = \"hunter2\"', api_key, hunter2",
    "'[[connect]]\nremote=\"alk_0123456789abcdefghijklmn\"', connect[0].remote, alk_0123",
  })
  void secretInTheFileIsRefusedAndNotRepeated(String toml, String key, String secret)
      throws Exception {
    List<String> problems = problems("node.toml", toml);

    assertThat(problems).anyMatch(p -> p.contains(key + ": looks like a secret"));
    assertThat(String.join("\n", problems)).doesNotContain(secret);
  }

  @Test
  void fileOthersMayWriteIsRefused() throws Exception {
    Path file = file("node.toml", "");
    for (String mode : List.of("rw--w----", "rw-----w-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

      NodeException refused =
          catchThrowableOfType(NodeException.class, () -> NodeConfig.load(file, data()));
      assertThat(refused.kind()).isEqualTo(Kind.UNSAFE);
      assertThat(refused.advice()).contains("chmod go-w " + file);
    }
  }

  @Test
  void missingFileAndForeignBytesAreRefused() throws Exception {
    NodeException missing =
        catchThrowableOfType(
            NodeException.class, () -> NodeConfig.load(temp.resolve("none.toml"), data()));
    Path latin = file("latin.toml", "");
    Files.write(latin, new byte[] {'a', (byte) 0xe4});
    NodeException foreign =
        catchThrowableOfType(NodeException.class, () -> NodeConfig.load(latin, data()));

    assertThat(missing.kind()).isEqualTo(Kind.CONFIGURATION);
    assertThat(missing).hasMessageContaining("no such configuration file");
    assertThat(foreign.advice()).hasSize(1).allMatch(p -> p.endsWith("is not UTF-8"));
  }

  @Test
  void dataDirectoryPrefersToml() throws Exception {
    data().create();
    assertThat(NodeConfig.locate(data())).isEmpty();
    Files.writeString(data().root().resolve("alknet.json"), "{}");
    assertThat(NodeConfig.locate(data())).contains(data().root().resolve("alknet.json"));
    Files.writeString(data().root().resolve("alknet.toml"), "");
    assertThat(NodeConfig.locate(data())).contains(data().root().resolve("alknet.toml"));
  }
}
