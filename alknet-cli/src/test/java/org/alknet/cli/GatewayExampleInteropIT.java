package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a gateway with GitHub's document and the reference server of MCP, at the versions
 * its lock file names; and every command of its tutorial page.
 */
class GatewayExampleInteropIT {
  private static final Path EXAMPLE = GatewayExample.ROOT.resolve("examples/gateway");
  private static final Path WORK = Path.of("target", "interop-gateway").toAbsolutePath();
  private static final Path JAR = Path.of("target", "alknet-cli.jar").toAbsolutePath();
  private static final long LIMIT_SECONDS = 300;

  @TempDir static Path temp;

  private static final Deque<Process> processes = new ArrayDeque<>();
  private static String service = "";
  private static String tools = "";

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Boolean.getBoolean("alknet.interop"), "needs -Pinterop, node, npm and curl");
    Files.createDirectories(WORK);
    for (String name : List.of("package.json", "package-lock.json", "service.mjs")) {
      Files.copy(EXAMPLE.resolve(name), WORK.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    sh(WORK, "npm ci --ignore-scripts --no-audit --no-fund");
    int first = freePort();
    int second = freePort();
    service = "http://127.0.0.1:" + first;
    tools = "http://127.0.0.1:" + second + "/mcp";
    spawn(first, "node", "service.mjs");
    spawn(
        second,
        "node",
        "node_modules/@modelcontextprotocol/server-everything/dist/index.js",
        "streamableHttp");
    awaitListening(first);
    awaitListening(second);
  }

  @AfterAll
  static void stop() throws Exception {
    while (!processes.isEmpty()) {
      Process process = processes.pop();
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void spawn(int port, String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(WORK.toFile())
            .redirectErrorStream(true)
            .redirectOutput(WORK.resolve("process-" + port + ".log").toFile());
    builder.environment().put("PORT", Integer.toString(port));
    processes.push(builder.start());
  }

  private static void awaitListening(int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!listens(port)) {
      assertThat(System.nanoTime()).as("port " + port + " in time").isLessThan(deadline);
      // Looks again soon; the end of the process ends the pause early.
      assertThat(processes.element().waitFor(50, TimeUnit.MILLISECONDS))
          .as("a service ended, see " + WORK)
          .isFalse();
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static String sh(Path directory, String line) throws Exception {
    Path output = Files.createTempFile(temp, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-euc", line)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ALKNET_"));
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertThat(ended).as("ends in time: " + line + "\n" + said).isTrue();
    assertThat(process.exitValue()).as(line + "\n" + said).isZero();
    return said;
  }

  @Test
  void threeOperationsOfARealDocumentAndARealServerAreUnderOneRuleOverThreeFaces()
      throws Exception {
    try (GatewayExample example =
        GatewayExample.start(
            Files.createDirectories(temp.resolve("node")),
            WORK.resolve("node_modules"),
            service,
            tools)) {
      GatewayExample.assertTheRule(example::overCall);
      GatewayExample.assertTheRule(example::overHttp);
      GatewayExample.assertTheRule(example::overMcp);
    }
  }

  /** The blocks of the page, which are typed in a shell. */
  private static List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block =
        Pattern.compile("(?ms)^```sh\\n(.*?)^```$")
            .matcher(Files.readString(GatewayExample.ROOT.resolve("docs/tutorial-gateway.md")));
    while (block.find()) {
      blocks.add(block.group(1).strip());
    }
    return blocks;
  }

  /** As written, but for the ports, and for what has a terminal of its own there. */
  @Test
  void everyCommandOfTheTutorialWorksAsWritten() throws Exception {
    Path directory = copyOfTheExample();
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Path alknet = bin.resolve("alknet");
    Files.writeString(
        alknet,
        "#!/bin/sh\nexec "
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "
            + JAR
            + " \"$@\"\n");
    Files.setPosixFilePermissions(alknet, PosixFilePermissions.fromString("rwx------"));
    int port = freePort();
    StringBuilder script = new StringBuilder("PATH=" + bin + ":$PATH\n");
    for (String block : blocks()) {
      switch (block.replaceAll("\\s+#.*", "")) {
        case "npm run service", "npm run tools" -> {
          // They run already.
        }
        case "alknet serve" ->
            script.append(
                "alknet serve --ready-file ready 2>serve.log &\n"
                    + "while [ ! -e ready ]; do sleep 0.2; kill -0 $! || { cat serve.log; exit 1;"
                    + " }; done\n");
        default -> script.append(block).append('\n');
      }
    }
    script.append("wait\n");
    String text =
        script
            .toString()
            .replace("cd examples/gateway", "cd " + directory)
            .replace("npm ci --ignore-scripts", "test -d node_modules")
            .replace("localhost:4433", "localhost:" + port)
            .replace("http://127.0.0.1:3001/mcp", tools);
    Path configuration = directory.resolve("alknet.toml");
    Files.writeString(
        configuration,
        GatewayExample.configuration(service, tools).replace("127.0.0.1:0", "127.0.0.1:" + port));

    String said = sh(directory, text);

    assertThat(said)
        .contains("github/repos/get", "tools/get-sum", "\"octocat/Hello-World\"\n")
        .contains("\"Found a bug\"\n", "\"The sum of 40 and 2 is 42.\"\n")
        .contains("tools/get-sum: FORBIDDEN: missing required scope: assistant")
        .contains("\"result\":\"ok\"", "{\"code\":\"FORBIDDEN\"")
        .contains("\"structuredContent\":");
  }

  private static Path copyOfTheExample() throws IOException {
    Path directory = Files.createDirectories(temp.resolve("gateway"));
    try (Stream<Path> files = Files.list(EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    Files.createSymbolicLink(directory.resolve("node_modules"), WORK.resolve("node_modules"));
    return directory;
  }
}
