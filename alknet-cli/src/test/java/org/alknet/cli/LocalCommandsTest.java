package org.alknet.cli;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.command.CommandDoc;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Commands that need no node, and the command line itself. */
class LocalCommandsTest {
  /** RFC 8032 section 7.1, test 1. */
  private static final String SECRET =
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

  private static final String FINGERPRINT =
      "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  @TempDir Path home;

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Path keyFile(String name, String content, String mode) throws Exception {
    Path file = home.resolve(name);
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  @Test
  void versionGoesToStandardOutput() {
    Result version = run("--version");

    assertThat(version.exit()).isZero();
    assertThat(version.out()).matches("alknet [0-9]+\\.[0-9]+\\.[0-9]+\\R");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void helpBeginsWithExamplesAndEndsWithExitCodes() {
    List<CommandLine> commands = new ArrayList<>();
    collect(model(), commands);

    assertThat(commands).hasSizeGreaterThan(50);
    for (CommandLine command : commands) {
      String name = command.getCommandSpec().qualifiedName();
      String[] words = (name + " --help").split(" ", -1);
      Result help = run(Arrays.copyOfRange(words, 1, words.length));

      assertThat(help.exit()).as(name).isZero();
      assertThat(help.err()).as(name).isEmpty();
      List<String> lines = help.out().lines().toList();
      assertThat(lines.get(2)).as(name).startsWith("  alknet ");
      assertThat(help.out())
          .as("names of classes are nobody's business")
          .doesNotContainPattern("[a-z]Command\\b");
      assertThat(CommandDoc.of(command.getCommandSpec()).examples())
          .as(name)
          .hasSizeBetween(2, 5)
          .allMatch(example -> help.out().contains("  " + example.lines().findFirst().orElse("")))
          .allMatch(example -> example.startsWith("alknet "));
      if (command.getCommandSpec().parent() != null) {
        assertThat(help.out()).contains("Exit codes:").containsPattern(" 2 +usage error");
      }
    }
  }

  private CommandLine model() {
    return AlknetCommand.commandLine(
        new Invocation(
            new InProcess(home).context(new ByteArrayOutputStream(), new ByteArrayOutputStream()),
            new GlobalOptions()));
  }

  private static void collect(CommandLine line, List<CommandLine> commands) {
    commands.add(line);
    new LinkedHashSet<>(line.getSubcommands().values()).forEach(child -> collect(child, commands));
  }

  @ParameterizedTest
  @CsvSource({
    "cal, 'unknown command cal', 'Did you mean \"call\"?'",
    "per ls, 'unknown command per', 'Did you mean \"peer\"?'",
    "call --lisen x, 'unknown option --lisen', ''",
    "serve --lisen x, 'unknown option --lisen', 'Did you mean \"--listen\"?'",
    "serve extra, 'unexpected argument extra', 'alknet serve --help'",
    "call, 'Missing required parameter: ''OPERATION''', 'alknet call --help'",
    "ls --timeout 5, 'is not a duration such as', ''",
    "connect hub, 'there is no alknet connect', 'alknet call -r'",
    "connect, 'there is no alknet connect', 'alknet remote add NAME'",
    "call /, 'no operation is named', 'alknet ls'",
  })
  void usageErrorsAre2AndSuggestWhatWasMeant(String line, String message, String advice) {
    Result result = run(line.split(" "));

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(message).contains(advice);
  }

  /** Only the commands that the words may mean are built. */
  @ParameterizedTest
  @CsvSource({
    "'', --help status, doctor",
    "peer, peer --help list, rotate",
    "vault, vault --color never --help unlock, rotate"
  })
  void helpForAGroupShowsAllOfItWhateverElseIsSaid(String group, String line, String shown) {
    Result result = run(line.split(" "));

    assertThat(result.out() + result.err())
        .contains("Usage: alknet" + (group.isEmpty() ? "" : " " + group))
        .contains(shown);
  }

  @Test
  void halfACommandShowsHowItGoesOn() throws Exception {
    Result nothing = run();
    Result half = run("peer");

    assertThat(nothing.exit()).isEqualTo(2);
    assertThat(nothing.out()).isEmpty();
    assertThat(nothing.err()).contains("  alknet serve\n", "Missing required subcommand");
    assertThat(half.exit()).isEqualTo(2);
    assertThat(half.err()).contains("rotate", "alknet peer --help");
    assertThat(run("peer", "--json").err()).startsWith("{\"kind\":\"error\"");
    Files.createDirectory(home.resolve("dir"));
    assertThat(run("peer", "import", "dir").exit()).isEqualTo(2);
    assertThat(run("init", "--words", "12").err()).contains("Add --vault");
  }

  @Test
  void usageErrorIsJsonOnRequestWhereverTheOptionStands() {
    for (String[] line : new String[][] {{"--json", "cal"}, {"call", "--no-such", "--json"}}) {
      Result result = run(line);

      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .startsWith("{\"kind\":\"error\",\"version\":1,\"error\":{\"exit\":2,\"code\":\"USAGE\"");
    }
  }

  @Test
  void globalOptionsStandBeforeOrAfterTheCommand() throws Exception {
    keyFile("one.key", SECRET + "\n", "rw-------");

    assertThat(run("--json", "fingerprint", "one.key").out())
        .isEqualTo(run("fingerprint", "one.key", "--json").out())
        .contains("\"fingerprint\":\"" + FINGERPRINT + "\"");
  }

  @Test
  void keygenWritesAPrivateFileAndNeverOverwritesIt() throws Exception {
    Result first = run("keygen", "--out", "new.key");
    String content = Files.readString(home.resolve("new.key"));
    Result second = run("keygen", "--out", "new.key");

    assertThat(first.exit()).isZero();
    assertThat(first.out()).isEmpty();
    assertThat(first.err()).matches("ed25519:[0-9a-f]{64}\\R");
    assertThat(content).matches("[0-9a-f]{64}\n");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("new.key"))))
        .isEqualTo("rw-------");
    assertThat(second.exit()).isEqualTo(8);
    assertThat(second.err()).contains("is not overwritten");
    assertThat(home.resolve("new.key")).hasContent(content.strip());
  }

  @Test
  void keygenPipesAKeyWhoseFingerprintIsOnStandardError() {
    Result keygen = run("keygen");
    Result fingerprint = new InProcess(home).input(keygen.out()).run("fingerprint", "-");

    assertThat(keygen.out()).matches("[0-9a-f]{64}\n");
    assertThat(fingerprint.out()).isEqualTo(keygen.err());
  }

  @Test
  void keygenShowsNoSecretOnATerminalAndPutsNoneIntoJson() {
    Result terminal = new InProcess(home).terminal().run("keygen");
    Result json = run("keygen", "--json");

    assertThat(terminal.exit()).isEqualTo(8);
    assertThat(json.exit()).isEqualTo(2);
    assertThat(terminal.out() + json.out()).isEmpty();
  }

  @Test
  void fingerprintReadsEveryFormOfTheSameKey() throws Exception {
    String spki = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    String ssh = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    keyFile("one.key", SECRET + "\n", "rw-------");

    assertThat(run("fingerprint", "one.key").out()).isEqualTo(FINGERPRINT + "\n");
    for (String text :
        List.of(
            spki,
            "-----BEGIN PUBLIC KEY-----\n" + spki + "\n-----END PUBLIC KEY-----\n",
            "ssh-ed25519 " + ssh + " somebody@somewhere\n")) {
      assertThat(new InProcess(home).input(text).run("fingerprint").out())
          .isEqualTo(FINGERPRINT + "\n");
    }
  }

  @Test
  void fingerprintOfSomethingElseIs2AndOfNothingIs6() {
    assertThat(new InProcess(home).input("hello").run("fingerprint").exit()).isEqualTo(2);
    assertThat(run("fingerprint", "no-such-file").exit()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx"})
  void keyFileOpenToOthersIsRefused(String mode) throws Exception {
    keyFile("open.key", SECRET + "\n", mode);

    Result result = run("fingerprint", "open.key");

    assertThat(result.exit()).isEqualTo(8);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("open to other users").contains("chmod 600");
  }

  @Test
  void identityShowsPublicPartsOnly() throws Exception {
    Files.createDirectory(home.resolve(".alknet"));
    keyFile(".alknet/operator.key", SECRET + "\n", "rw-------");

    Result shown = run("identity", "show", "--json");

    assertThat(shown.exit()).isZero();
    assertThat(shown.out())
        .contains("\"operator\":{\"fingerprint\":\"" + FINGERPRINT + "\"")
        .contains("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
        .doesNotContain(SECRET);
    assertThat(run("identity", "show", "--node").exit()).isEqualTo(6);
  }

  /** The key of the node is the one it would serve with. */
  @Test
  void identityFollowsTheConfiguration() throws Exception {
    keyFile("elsewhere.key", SECRET + "\n", "rw-------");
    keyFile(
        "file.toml",
        "[tls_identity]\ntype = \"raw_key\"\nkey_file = \"elsewhere.key\"\n",
        "rw-r--r--");
    keyFile(
        "vault.toml",
        "[tls_identity]\ntype = \"raw_key\"\nsource = \"vault\"\n[vault]\nkeystore = \"v.json\"\n"
            + "[identity]\nexpect_fingerprint = \""
            + FINGERPRINT
            + "\"\n",
        "rw-r--r--");
    keyFile("own.toml", "[tls_identity]\ntype = \"self_signed\"\n", "rw-r--r--");
    Result file = run("-C", "file.toml", "identity", "show", "--node");
    Result vault = run("-C", "vault.toml", "identity", "show", "--node");
    Result own = run("-C", "own.toml", "identity", "show", "--node");

    assertThat(file.exit()).as(file.err()).isZero();
    assertThat(file.out()).contains(FINGERPRINT).contains("elsewhere.key");
    assertThat(vault.exit()).as(vault.err()).isZero();
    assertThat(vault.out()).contains(FINGERPRINT).contains("v.json");
    assertThat(vault.out().lines().toList().subList(0, 2))
        .isEqualTo(file.out().lines().toList().subList(0, 2));
    assertThat(own.exit()).isEqualTo(6);
    assertThat(own.err()).contains("own.toml gives it another identity");
  }

  @Test
  void variablesThatLookLikeSecretsAreIgnoredAndReported() {
    Result result = new InProcess(home).with("ALKNET_TOKEN", "alk_secret").run("identity", "show");

    assertThat(result.exit()).isEqualTo(6);
    assertThat(result.err())
        .contains("warning: ALKNET_TOKEN is ignored")
        .doesNotContain("alk_secret");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'nothing@127.0.0.1:1', 2",
    "'', 'localhost:99999', 2",
    "'', '::1:4433', 2",
    "'', 'hub', 6",
    "'hub', '', 6",
  })
  void remoteThatIsNoAddressIsRefusedBeforeAnythingIsDialled(
      String variable, String option, int exit) {
    InProcess process = new InProcess(home);
    if (!variable.isEmpty()) {
      process.with("ALKNET_REMOTE", variable);
    }
    Result result = option.isEmpty() ? process.run("ls") : process.run("ls", "-r", option);

    assertThat(result.exit()).isEqualTo(exit);
    assertThat(result.err().lines()).hasSizeGreaterThan(1);
  }

  @Test
  void twoWaysToBeSomebodyExcludeEachOther() {
    assertThat(run("ls", "--anonymous", "--identity", "x").exit()).isEqualTo(2);
  }

  @Test
  void inputThatIsNoJsonIs2WithItsPosition() {
    Result result = run("call", "demo/echo", "{\"a\":}");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("not JSON at line 1, column");
    for (String text : List.of("{\"a\":1", "[", "{\"a\":\"" + "x".repeat(200), "1 2")) {
      Result cut = run("call", "demo/echo", text);
      assertThat(cut.exit()).isEqualTo(2);
      assertThat(cut.err())
          .contains("not JSON at line 1, column")
          .as("names of classes are nobody's business")
          .doesNotContain("Source", "StreamRead", "REDACTED", "Exception");
    }
  }

  @Test
  void documentThatIsNotThereIs6() {
    Result none = run("import", "openapi", "none.yaml");

    assertThat(none.exit()).isEqualTo(6);
    assertThat(none.err()).startsWith("no such file: none.yaml\n");
  }

  @Test
  void serverThatIsNotThereIsSaidInWords() {
    Result gone = run("import", "mcp", "http://127.0.0.1:1/mcp");

    assertThat(gone.exit()).isEqualTo(10);
    assertThat(gone.err()).contains("nothing answers there").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"abc\n", "zz61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n", ""})
  void serveRefusesAKeyFileThatIsNoneAndLeavesItAlone(String content) throws Exception {
    Files.createDirectory(
        home.resolve(".alknet"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path key = keyFile(".alknet/node.key", content, "rw-------");

    Result result = run("serve", "--listen", "127.0.0.1:0");

    assertThat(result.exit()).isEqualTo(8);
    assertThat(result.err()).contains("is not a key file: a key is 64 hex digits");
    if (!content.isEmpty()) {
      assertThat(result.err()).doesNotContain(content.strip());
    }
    assertThat(key).content().isEqualTo(content);
  }

  @Test
  void serveRefusesAWrongConfigurationWithPlaceKeyAndSuggestion() throws Exception {
    keyFile("node.toml", "[rate_limits]\nmax_auth_attempt = 1\nx = 2\n", "rw-r--r--");

    for (Result result :
        List.of(
            run("serve", "--config", "node.toml"),
            run("-C", "node.toml", "serve"),
            new InProcess(home).with("ALKNET_CONFIG", "node.toml").run("serve"))) {
      assertThat(result.exit()).isEqualTo(3);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .contains("node.toml: 2 problems")
          .contains("node.toml:2:1: rate_limits.max_auth_attempt: is not a known setting")
          .contains("did you mean \"max_auth_attempts\"?")
          .contains("node.toml:3:1: rate_limits.x: ");
    }
    assertThat(home.resolve(".alknet")).doesNotExist();
  }

  @Test
  void serveRefusesAConfigurationOthersMayWrite() throws Exception {
    keyFile("node.toml", "", "rw-rw----");

    Result result = run("serve", "--config", "node.toml");

    assertThat(result.exit()).isEqualTo(8);
    assertThat(result.err()).contains("is writable by other users").contains("chmod go-w ");
  }

  @Test
  void tokenOnTheCommandLineIsRefusedWhereverItStands() {
    String token = "alk_" + "x".repeat(43);
    Result result = run("call", "demo/echo", token);

    assertThat(result.exit()).isEqualTo(8);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("issue another one").doesNotContain(token);
  }

  @Test
  void noOptionTakesASecret() {
    List<String> names = new ArrayList<>();
    collectOptions(model(), names);

    assertThat(names)
        .filteredOn(name -> name.matches(".*(token|password|passphrase|mnemonic|secret|key).*"))
        .allMatch(
            name ->
                name.endsWith("-file")
                    || name.endsWith("-fd")
                    || List.of("--token-path", "--keystore", "--key-version").contains(name));
    assertThat(names).contains("--password-file", "--token-fd", "<FILE>");
  }

  private static void collectOptions(CommandLine line, List<String> names) {
    // A flag says that something is to be asked for; only what takes a value could be given one.
    line.getCommandSpec().options().stream()
        .filter(option -> option.arity().max() > 0)
        .forEach(option -> names.addAll(List.of(option.names())));
    line.getCommandSpec().positionalParameters().stream()
        .map(parameter -> "<" + parameter.paramLabel() + ">")
        .forEach(label -> names.add(label.equals("<FILE>") ? label : label.toLowerCase(ROOT)));
    line.getSubcommands().values().forEach(command -> collectOptions(command, names));
  }

  @Test
  void everyCommandAndOptionIsDescribed() {
    assertDescribed(model());
  }

  private static void assertDescribed(CommandLine line) {
    assertThat(line.getCommandSpec().usageMessage().header()).isNotEmpty();
    assertThat(line.getCommandSpec().options())
        .allMatch(option -> option.description().length > 0 && !option.description()[0].isEmpty());
    assertThat(line.getCommandSpec().positionalParameters())
        .allMatch(parameter -> parameter.description().length > 0);
    line.getSubcommands().values().forEach(LocalCommandsTest::assertDescribed);
  }

  @Test
  void helpDoesNotReadTheConfiguration() throws Exception {
    keyFile("node.toml", "broken = = 1", "rw-------");

    assertThat(run("serve", "--config", "node.toml", "--help").exit()).isZero();
    assertThat(run("--config", "node.toml", "--version").exit()).isZero();
  }

  @Test
  void serveListsEverythingThatIsWrongWithThePeers() throws Exception {
    Files.createDirectory(home.resolve(".alknet"));
    keyFile(
        ".alknet/peers.json",
        "{\"version\":1,\"peers\":[{\"peer_id\":\"a\",\"scope\":[]},{\"peer_id\":1}]}",
        "rw-------");

    Result result = run("serve", "--listen", "127.0.0.1:0");

    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.err())
        .contains("2 problems")
        .contains("peers[0]: has no member \"scope\"")
        .contains("peers[1].peer_id: is a string");
  }

  @Test
  void serveRefusesAnAddressThatIsNone() {
    assertThat(run("serve", "--listen", "4433").exit()).isEqualTo(3);
  }
}
