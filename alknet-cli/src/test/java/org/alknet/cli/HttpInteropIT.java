package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients of other makers against the HTTP face: curl, Chromium (Debian's package {@code
 * chromium}), and the libraries ws and undici of npm, at the versions of {@code src/test/interop}.
 */
class HttpInteropIT {
  private static final Path ROOT = Path.of(System.getProperty("alknet.root"));
  private static final Path SCRIPTS = Path.of("src", "test", "interop").toAbsolutePath();
  private static final Path WORK = Path.of("target", "interop").toAbsolutePath();
  private static final String CHROMIUM = "/usr/bin/chromium";
  private static final long LIMIT_SECONDS = 300;

  @TempDir static Path temp;

  private static final Deque<AutoCloseable> open = new ArrayDeque<>();
  private static Node page;
  private static Node other;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Boolean.getBoolean("alknet.interop"), "needs -Pinterop, curl, chromium, node and npm");
    Files.createDirectories(WORK);
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.toList()) {
        Files.copy(file, WORK.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    run(WORK, Map.of(), "npm", "ci", "--ignore-scripts");

    page = node("page", "decoy = \"site:" + ROOT.resolve("examples/browser") + "\"\n");
    token = token("page");
    other = node("other", "origins = [\"" + face(page).url() + "\"]\n");
  }

  @AfterAll
  static void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  private static Node node(String name, String http) throws Exception {
    Path file = Files.createDirectories(temp.resolve(name)).resolve("alknet.toml");
    Files.writeString(
        file, "listen_addr = \"127.0.0.1:0\"\n[demo]\nenabled = true\n[http]\n" + http);
    Node node = NodeBuilder.fromConfig(file).start();
    open.push(node);
    return node;
  }

  private static String token(String name) throws IOException {
    InProcess.Result issued =
        new InProcess(temp)
            .run("-d", name, "token", "issue", "--peer", "operator", "--out", name + ".token");
    assertThat(issued.exit()).as(issued.err()).isZero();
    return Files.readString(temp.resolve(name + ".token")).strip();
  }

  private static HttpState face(Node node) {
    return node.http().orElseThrow();
  }

  /** Returns the hash of a node's key, by which a browser can be told to accept it. */
  private static String pin(Node node) throws Exception {
    try (InputStream in = Files.newInputStream(face(node).certificateFile())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded()));
    }
  }

  /** Runs a program that has to succeed, and returns what it printed. */
  private static String run(Path directory, Map<String, String> variables, String... command)
      throws Exception {
    Path output = Files.createTempFile(temp, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ALKNET_"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(ended).as("ends in time: " + List.of(command) + "\n" + said).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + "\n" + said).isZero();
    return said;
  }

  @Test
  void theCommandsOfTheReadmeWorkAsWritten() throws Exception {
    List<String> commands = commands();
    assertThat(commands.get(0)).startsWith("./alknet serve --http");
    Path home = temp.resolve("reader");
    try (RunningCli serve = RunningCli.start(home, "serve", "--http", "--log-level", "off")) {
      serve.awaitErr("try it");
      Files.createSymbolicLink(home.resolve("alknet"), ROOT.resolve("alknet"));
      // As written, unless somebody else has the port.
      Matcher url = Pattern.compile("https://127\\.0\\.0\\.1:([0-9]+) ").matcher(serve.err());
      assertThat(url.find()).isTrue();
      List<String> outputs = new ArrayList<>();
      for (String command : commands.subList(1, commands.size())) {
        String line = command.replace("localhost:4433", "localhost:" + url.group(1));
        String output = run(home, Map.of("HOME", home.toString()), "sh", "-ec", line);
        outputs.add(output);
        if (line.startsWith("curl ")) {
          sameOver(home, line, "1.1");
          sameOver(home, line, "2");
        }
      }
      assertThat(String.join("\n", outputs))
          .contains("\"name\":\"demo/echo\"")
          .contains("the operator may see this")
          .containsPattern("(?s)data: \\{\"n\":1,.*data: \\{\"n\":2,.*data: \\{\"n\":3,");
      serve.signal("TERM");
      assertThat(serve.exit()).isZero();
    }
  }

  /** Returns the lines of the block of the README that is about HTTP. */
  private static List<String> commands() throws IOException {
    Matcher blocks =
        Pattern.compile("(?s)```sh\\n(.*?)```")
            .matcher(Files.readString(ROOT.resolve("README.md")));
    while (blocks.find()) {
      if (blocks.group(1).contains("serve --http")) {
        return blocks.group(1).replace("\\\n", " ").lines().toList();
      }
    }
    throw new AssertionError("the README has no block about serve --http");
  }

  private static void sameOver(Path home, String line, String version) throws Exception {
    String forced =
        line.replaceFirst(
            "^curl ",
            "curl --fail --silent --show-error --http" + version + " -w ' over %{http_version}' ");
    assertThat(run(home, Map.of("HOME", home.toString()), "sh", "-ec", forced))
        .endsWith(" over " + version);
  }

  @Test
  void aBrowserOpensTheExamplePageAndDrivesIt() throws Exception {
    assertThat(Path.of(CHROMIUM)).exists();
    String said =
        run(
            WORK,
            Map.of("HOME", temp.toString()),
            "node",
            "browser.mjs",
            CHROMIUM,
            face(page).url(),
            token,
            face(other).url(),
            pin(page) + "," + pin(other),
            temp.toString());

    assertThat(said).endsWith("browser: all well\n");
    Path screenshot =
        Files.copy(
            temp.resolve("browser-page.png"),
            WORK.resolve("browser-page.png"),
            StandardCopyOption.REPLACE_EXISTING);
    assertThat(screenshot).isNotEmptyFile();
  }

  @Test
  void theLibraryWsSpeaksTheCallProtocol() throws Exception {
    String said =
        run(
            WORK,
            Map.of("NODE_EXTRA_CA_CERTS", face(page).certificateFile().toString()),
            "node",
            "ws.mjs",
            face(page).url(),
            token);

    assertThat(said).endsWith("ws: all well\n");
  }

  @Test
  void theLibraryUndiciUsesTheGatewayAndASocket() throws Exception {
    String said =
        run(
            WORK,
            Map.of(),
            "node",
            "undici.mjs",
            face(page).url(),
            token,
            face(page).certificateFile().toString());

    assertThat(said).endsWith("undici: all well\n");
  }
}
