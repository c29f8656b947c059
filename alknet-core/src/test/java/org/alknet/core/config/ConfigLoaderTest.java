package org.alknet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem.Position;
import org.alknet.core.identity.ApiKeyEntry;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.AcmeDirectory;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  private static final String PRINT = "ed25519:" + "a".repeat(64);
  private static final String HASH = "sha256:" + "b".repeat(64);

  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  @TempDir Path directory;

  private final Trees trees = new Trees();
  private Path file = Path.of(Trees.FILE);

  @BeforeEach
  void createFile() throws IOException {
    file = directory.resolve(Trees.FILE);
    write(file, "", "rw-------");
  }

  @Test
  void theSampleOfTheSpecificationIsRead() throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    write(
        directory.resolve("node.ed25519"), HexFormat.of().formatHex(key.revealSeed()), "rw-------");

    LoadedConfig loaded =
        load(
            "listen_addr",
            "0.0.0.0:4433",
            "drain_timeout",
            "2s",
            "tls_identity",
            trees.table("type", "raw_key", "key_file", "node.ed25519"),
            "auth",
            trees.table(
                "peers",
                List.of(
                    trees.table(
                        "peer_id",
                        "worker-a",
                        "fingerprints",
                        List.of(PRINT),
                        "scopes",
                        List.of("relay:connect"),
                        "resources",
                        trees.table("service", List.of("gitea")),
                        "display_name",
                        "Worker A",
                        "enabled",
                        true)),
                "api_keys",
                List.of(
                    trees.table(
                        "prefix",
                        "alk_9fQ2",
                        "hash",
                        HASH,
                        "scopes",
                        List.of("admin"),
                        "description",
                        "ops laptop",
                        "expires_at",
                        1_790_000_000))),
            "rate_limits",
            trees.table("max_connections_per_ip", 50, "max_auth_attempts", 3));

    assertThat(loaded.staticConfig().listenAddresses()).containsExactly(address(new byte[4], 4433));
    assertThat(loaded.staticConfig().tlsIdentity().orElseThrow())
        .isInstanceOfSatisfying(
            TlsIdentity.RawKey.class,
            raw -> assertThat(raw.key().fingerprint()).isEqualTo(key.fingerprint()));
    assertThat(loaded.rawKeyExpected()).isFalse();
    assertThat(loaded.dynamicConfig().auth().peers())
        .containsExactly(
            PeerEntry.builder("worker-a")
                .fingerprints(PRINT)
                .scopes("relay:connect")
                .resources(Map.of("service", List.of("gitea")))
                .displayName("Worker A")
                .build());
    assertThat(loaded.dynamicConfig().auth().apiKeys())
        .containsExactly(
            ApiKeyEntry.builder("alk_9fQ2", HASH)
                .scopes("admin")
                .description("ops laptop")
                .expiresAt(1_790_000_000)
                .build());
    assertThat(loaded.dynamicConfig().rateLimits()).isEqualTo(new RateLimitConfig(50, 3));
    assertThat(loaded.warnings()).isEmpty();
  }

  @Test
  void anEmptyTreeIsTheDefaultConfiguration() throws Exception {
    LoadedConfig loaded = load();

    assertThat(loaded.staticConfig()).isEqualTo(StaticConfig.defaults());
    assertThat(loaded.dynamicConfig()).isEqualTo(DynamicConfig.defaults());
  }

  @Test
  void everyTransportAndLimitSettingIsRead() throws Exception {
    LoadedConfig loaded =
        load(
            "listen_addr",
            List.of("127.0.0.1:0", "[::1]:0"),
            "event_loops",
            2,
            "drain_timeout",
            "500ms",
            "transport",
            trees.table(
                "max_idle_timeout",
                "1m",
                "keep_alive",
                "20s",
                "max_bidi_streams",
                10,
                "stream_window",
                1000,
                "connection_window",
                2000,
                "max_udp_payload",
                1400,
                "handshake_timeout",
                "3s",
                "active_migration",
                false,
                "ca_bundle",
                "ca.pem"),
            "limits",
            trees.table(
                "max_connections",
                7,
                "max_handshakes",
                8,
                "retry",
                "always",
                "close_on_revoke",
                false));

    assertThat(loaded.staticConfig())
        .isEqualTo(
            StaticConfig.builder()
                .listenAddresses(address(new byte[] {127, 0, 0, 1}, 0), address(IPV6_LOOPBACK, 0))
                .eventLoops(2)
                .drainTimeout(Duration.ofMillis(500))
                .transport(
                    new TransportConfig(
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(3),
                        10,
                        1000,
                        2000,
                        1400,
                        false,
                        Optional.of(directory.toAbsolutePath().resolve("ca.pem"))))
                .limits(new LimitsConfig(7, 8, LimitsConfig.Retry.ALWAYS, false))
                .build());
  }

  @Test
  void allProblemsAreReportedAtOnceWithTheirPlaces() {
    ConfigException.Invalid invalid =
        invalid(
            "listen_adr",
            "0.0.0.0:1",
            "event_loops",
            65,
            "drain_timeout",
            7,
            "transport",
            trees.table("max_idle_timeout", "1ms", "max_bidi_streams", 0, "keepAlive", "1s"),
            "limits",
            trees.table("retry", "allways"),
            "auth",
            trees.table(
                "peers",
                List.of(
                    trees.table("fingerprints", List.of("bad", PRINT)),
                    "not a table",
                    trees.table("peer_id", "local", "enabled", "yes")),
                "api_keys",
                List.of(trees.table("prefix", "alk_1234"))),
            "rate_limits",
            trees.table("max_auth_attempts", 0, "max_connections_per_ip", 1.5));

    assertThat(invalid.problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactlyInAnyOrder(
            "listen_adr",
            "event_loops",
            "drain_timeout",
            "transport.max_idle_timeout",
            "transport.max_bidi_streams",
            "transport.keepAlive",
            "limits.retry",
            "auth.peers[0].peer_id",
            "auth.peers[0].fingerprints[0]",
            "auth.peers[1]",
            "auth.peers[2].peer_id",
            "auth.peers[2].enabled",
            "auth.api_keys[0].hash",
            "rate_limits.max_auth_attempts",
            "rate_limits.max_connections_per_ip");
    assertThat(invalid.problems()).allSatisfy(p -> assertThat(p.position()).isPresent());
    assertThat(invalid)
        .hasMessageContaining("did you mean \"listen_addr\"?")
        .hasMessageContaining("did you mean \"keep_alive\"?")
        .hasMessageContaining("did you mean \"always\"?");
  }

  @Test
  void aProblemFoundByThePolicyHasThePlaceOfItsValue() {
    ConfigException.Invalid invalid =
        invalid(
            "auth",
            trees.table(
                "peers", List.of(trees.table("peer_id", "a"), trees.table("peer_id", "a"))));

    ConfigProblem problem = invalid.problems().get(0);
    assertThat(invalid.problems()).hasSize(1);
    assertThat(problem.keyPath()).isEqualTo("auth.peers[1].peer_id");
    assertThat(problem.message()).startsWith("duplicate peer_id: a");
    // Lines are counted while the tree is built: table 1, key 2, table 3, key 4.
    assertThat(problem.position()).hasValue(new Position(Trees.FILE, 4, 1));
  }

  @Test
  void aRepeatedKeyIsReportedWithBothPlaces() {
    ConfigException.Invalid invalid = invalid("drain_timeout", "1s", "drain_timeout", "2s");

    assertThat(invalid.problems())
        .singleElement()
        .satisfies(
            p -> assertThat(p.message()).isEqualTo("occurs twice, first at alknet.toml:2:1"));
  }

  @Test
  void problemsNameNoHashAndNoUnknownValue() {
    ConfigException.Invalid invalid =
        invalid(
            "token",
            "canary-1",
            "auth",
            trees.table(
                "api_keys",
                List.of(trees.table("prefix", "alk_1234", "hash", "canary-2", "key", "canary-3"))));

    assertThat(invalid.getMessage()).doesNotContain("canary");
    assertThat(invalid.problems().toString()).doesNotContain("canary");
    assertThat(trees.table("hash", "canary").toString()).doesNotContain("canary");
  }

  @Test
  void hostileKeysAreEscapedInProblems() {
    ConfigException.Invalid invalid = invalid("bad\u001b[2J\nkey", 1);

    ConfigException.Invalid nested =
        invalid(
            "auth",
            trees.table(
                "peers",
                List.of(
                    trees.table(
                        "peer_id", "a", "resources", trees.table("\u001b[2J", List.of(1))))));

    assertThat(invalid.getMessage()).doesNotContain("\u001b", "\n");
    assertThat(nested.getMessage()).doesNotContain("\u001b");
  }

  @Test
  void theRelayOptionIsRefused() {
    assertThat(invalid("iroh_relay", "https://relay.example").problems())
        .extracting(ConfigProblem::message)
        .containsExactly("is not supported by this implementation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4433",
        "0.0.0.0",
        ":4433",
        "0.0.0.0:65536",
        "example.org:1",
        "256.0.0.1:1",
        "1.2.3:1",
        "::1:4433",
        "[::g]:1",
        "0.0.0.0:-1",
        "0.0.0.0:4433 ",
        "[1.2.3.4]:1x"
      })
  void malformedListenAddressesAreRefused(String text) {
    assertThat(invalid("listen_addr", List.of("0.0.0.0:1", text)).problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactly("listen_addr[1]");
  }

  @Test
  void aListenAddressIsListedOnce() {
    assertThat(invalid("listen_addr", List.of("[::1]:1", "[0:0:0:0:0:0:0:1]:1")).problems())
        .extracting(ConfigProblem::message)
        .containsExactly("is listed before");
  }

  @ParameterizedTest
  @CsvSource({"500ms,500", "2s,2000", "10m,600000", "0s,0"})
  void durationsAreTextsWithAUnit(String text, long millis) throws Exception {
    assertThat(load("drain_timeout", text).staticConfig().drainTimeout())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2 s", "-2s", "1.5s", "2S", "", "9999999999s", "11m"})
  void otherDurationsAreRefused(String text) {
    assertThat(invalid("drain_timeout", text).problems()).hasSize(1);
  }

  @Test
  void numbersThatDoNotFitAreRefused() {
    assertThat(invalid("limits", trees.table("max_connections", 1L << 33)).problems())
        .extracting(ConfigProblem::message)
        .containsExactly("is out of range");
  }

  @Test
  void aShorterIdleTimeoutTakesTheKeepAliveWithIt() throws Exception {
    TransportConfig transport =
        load("transport", trees.table("max_idle_timeout", "6s")).staticConfig().transport();

    assertThat(transport.keepAlive()).isEqualTo(Duration.ofSeconds(2));
    assertThat(invalid("transport", trees.table("max_idle_timeout", "6s", "keep_alive", "3s")))
        .hasMessageContaining("transport.keep_alive: is less than half of max_idle_timeout");
  }

  @Test
  void aRawKeyWithoutFileIsLeftToTheAssembly() throws Exception {
    LoadedConfig loaded = load("tls_identity", trees.table("type", "raw_key"));

    assertThat(loaded.rawKeyExpected()).isTrue();
    assertThat(loaded.staticConfig().tlsIdentity()).isEmpty();
  }

  @Test
  void everyOtherIdentityTypeIsRead() throws Exception {
    write(directory.resolve("cert.pem"), "not looked into", "rw-r--r--");
    write(directory.resolve("key.pem"), "not looked into", "rw-------");

    assertThat(identity("type", "self_signed")).isEqualTo(new TlsIdentity.SelfSigned());
    assertThat(identity("type", "x509", "cert", "cert.pem", "key", "key.pem"))
        .isEqualTo(
            new TlsIdentity.X509(
                directory.toAbsolutePath().resolve("cert.pem"),
                directory.toAbsolutePath().resolve("key.pem")));
    assertThat(
            identity(
                "type",
                "acme",
                "domains",
                List.of("example.org"),
                "cache_dir",
                "acme",
                "directory",
                "staging",
                "contact",
                "mailto:ops@example.org"))
        .isEqualTo(
            new TlsIdentity.Acme(
                List.of("example.org"),
                directory.toAbsolutePath().resolve("acme"),
                new AcmeDirectory.Staging(),
                Optional.of("mailto:ops@example.org")));
  }

  @Test
  void settingsOfAnotherIdentityTypeAreRefused() {
    assertThat(
            invalid(
                    "tls_identity",
                    trees.table("type", "self_signed", "key_file", "k", "cert", "c"))
                .problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactly("tls_identity.key_file", "tls_identity.cert");
    assertThat(invalid("tls_identity", trees.table()).problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactly("tls_identity.type");
    assertThat(
            invalid("tls_identity", trees.table("type", "acme", "directory", "http://x"))
                .problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactlyInAnyOrder(
            "tls_identity.domains", "tls_identity.cache_dir", "tls_identity.directory");
  }

  @Test
  void aMissingKeyFileHasItsOwnException() {
    assertThatExceptionOfType(ConfigException.KeyFileNotFound.class)
        .isThrownBy(() -> load("tls_identity", trees.table("type", "raw_key", "key_file", "ghost")))
        .withMessage("key file not found: " + directory.toAbsolutePath().resolve("ghost"));
  }

  @Test
  void aMissingKeyFileAmongOtherProblemsIsListedWithThem() {
    assertThat(
            invalid(
                    "tls_identity",
                    trees.table("type", "raw_key", "key_file", "ghost"),
                    "drain_timeout",
                    1)
                .problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactlyInAnyOrder("tls_identity.key_file", "drain_timeout");
  }

  @Test
  void missingCertificateFilesAreReportedTogether() {
    assertThat(
            invalid("tls_identity", trees.table("type", "x509", "cert", "no", "key", "none"))
                .problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactly("tls_identity.cert", "tls_identity.key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-"})
  void aKeyFileThatOthersMayReadIsRefused(String permissions) throws Exception {
    write(directory.resolve("node.key"), "00".repeat(32), permissions);
    write(directory.resolve("cert.pem"), "x", "rw-r--r--");

    assertThatExceptionOfType(ConfigException.TlsConfig.class)
        .isThrownBy(
            () -> load("tls_identity", trees.table("type", "raw_key", "key_file", "node.key")))
        .withMessageContaining("readable by group or world");
    assertThatExceptionOfType(ConfigException.TlsConfig.class)
        .isThrownBy(
            () ->
                load(
                    "tls_identity",
                    trees.table("type", "x509", "cert", "cert.pem", "key", "node.key")))
        .withMessageStartingWith("tls config error:");
  }

  @Test
  void keyFilesHold32BytesOr64HexDigits() throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.ofSeed(new byte[32]);
    Path path = directory.resolve("node.key");

    for (String content :
        List.of(
            "\0".repeat(32), "00".repeat(32), "00".repeat(32) + "\n", "00".repeat(32) + "\r\n")) {
      write(path, content, "rw-------");
      assertThat(KeyFile.read(path).fingerprint()).isEqualTo(key.fingerprint());
    }
    for (String content :
        List.of(
            "",
            "\0".repeat(31),
            "00".repeat(31),
            "0g".repeat(32),
            "00".repeat(33),
            "\n",
            "00".repeat(32) + "\n\n",
            "x".repeat(1_000_000))) {
      write(path, content, "rw-------");
      assertThatExceptionOfType(ConfigException.TlsConfig.class)
          .isThrownBy(() -> KeyFile.read(path))
          .withMessageContaining("neither 32 raw bytes nor 64 hex digits");
    }
  }

  @Test
  void aDirectoryIsNoKeyFile() {
    assertThatExceptionOfType(ConfigException.TlsConfig.class)
        .isThrownBy(() -> KeyFile.read(directory));
  }

  @Test
  void aFileWithHashesThatOthersMayReadIsAWarning() throws Exception {
    write(file, "", "rw-r--r--");
    Object keys = trees.table("api_keys", List.of(trees.table("prefix", "alk_1234", "hash", HASH)));

    assertThat(load("auth", keys).warnings())
        .singleElement()
        .satisfies(w -> assertThat(w.message()).contains("readable by group or world"));
    assertThat(load().warnings()).isEmpty();
    write(file, "", "rw-------");
    assertThat(load("auth", keys).warnings()).isEmpty();
  }

  @Test
  void aReloadOpensNoKeyFileAndStillChecksTheRest() throws Exception {
    ConfigTree.Table tree =
        trees.table(
            "tls_identity",
            trees.table("type", "raw_key", "key_file", "ghost"),
            "rate_limits",
            trees.table("max_auth_attempts", 9));

    assertThat(ConfigLoader.loadDynamic(tree, file).rateLimits().maxAuthAttempts()).isEqualTo(9);
    assertThatExceptionOfType(ConfigException.Invalid.class)
        .isThrownBy(() -> ConfigLoader.loadDynamic(trees.table("drain_timeout", 1), file));
  }

  @Test
  void changedStaticSettingsNeedARestartAndDynamicOnesDoNot() {
    ConfigTree.Table before =
        trees.table(
            "listen_addr",
            List.of("0.0.0.0:1", "0.0.0.0:2"),
            "transport",
            trees.table("max_bidi_streams", 5, "active_migration", true),
            "rate_limits",
            trees.table("max_auth_attempts", 9));
    ConfigTree.Table after =
        trees.table(
            "drain_timeout",
            "1s",
            "listen_addr",
            List.of("0.0.0.0:1"),
            "transport",
            trees.table("active_migration", true, "max_bidi_streams", 6),
            "rate_limits",
            trees.table("max_auth_attempts", 1));

    assertThat(ConfigLoader.needRestart(before, after))
        .containsExactly("drain_timeout", "listen_addr[1]", "transport.max_bidi_streams");
    assertThat(ConfigLoader.needRestart(before, before)).isEmpty();
  }

  @Test
  void callersTakeOutTheirOwnKeysFirst() throws Exception {
    ConfigTree.Table tls = trees.table("type", "self_signed", "source", "file");
    ConfigTree.Table tree = trees.table("demo", true, "tls_identity", tls);

    LoadedConfig loaded =
        ConfigLoader.load(tree.without("demo").with("tls_identity", tls.without("source")), file);

    assertThat(loaded.staticConfig().tlsIdentity()).hasValue(new TlsIdentity.SelfSigned());
  }

  @Test
  void suggestionsAreMadeForNearMissesOnly() {
    List<String> names = List.of("max_connections", "max_handshakes", "retry", "close_on_revoke");

    assertThat(Suggestions.nearest("max_conections", names)).hasValue("max_connections");
    assertThat(Suggestions.nearest("maxHandshakes", names)).hasValue("max_handshakes");
    assertThat(Suggestions.nearest("rerty", names)).hasValue("retry");
    assertThat(Suggestions.nearest("port", names)).isEmpty();
    assertThat(Suggestions.nearest("x".repeat(100_000), names)).isEmpty();
  }

  private TlsIdentity identity(Object... keysAndValues) throws ConfigException {
    return load("tls_identity", trees.table(keysAndValues))
        .staticConfig()
        .tlsIdentity()
        .orElseThrow();
  }

  private LoadedConfig load(Object... keysAndValues) throws ConfigException {
    return ConfigLoader.load(new Trees().table(keysAndValues), file);
  }

  private ConfigException.Invalid invalid(Object... keysAndValues) {
    return Objects.requireNonNull(
        catchThrowableOfType(ConfigException.Invalid.class, () -> load(keysAndValues)));
  }

  private static InetSocketAddress address(byte[] bytes, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
  }

  private static void write(Path path, String content, String permissions) throws IOException {
    Files.writeString(path, content);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
