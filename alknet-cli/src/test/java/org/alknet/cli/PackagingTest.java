package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped beside the archive: the head of the self-running file, unit, container file. */
class PackagingTest {
  private static final Path DIST =
      Path.of(System.getProperty("alknet.root"), "alknet-cli", "src", "dist");
  private static final Path CHECKER = Path.of("/usr/bin/systemd-analyze");

  @TempDir Path temp;

  private static String read(String name) throws IOException {
    return Files.readString(DIST.resolve(name));
  }

  private static List<String> settings(String name) throws IOException {
    return read(name)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  @Test
  void selfRunningFileStartsTheArchiveItIsWithFlagsForTheCommand() throws Exception {
    Path file = temp.resolve("alknet-cli");
    Files.copy(DIST.resolve("self-running.sh"), file);
    Path java = Files.createDirectories(temp.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\"; done\n");
    for (Path each : List.of(file, java)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    assertThat(start(file, "serve", "a b"))
        .startsWith("-XX:+ExitOnOutOfMemoryError\n-XX:-HeapDumpOnOutOfMemoryError\n")
        .endsWith("-Dmine=1\n-Dtoo=2\n-jar\n" + file + "\nserve\na b\n");
    assertThat(start(file, "ls", "*"))
        .startsWith("-XX:TieredStopAtLevel=1\n")
        .contains("\n-Xmx256m\n")
        .doesNotContain("jsa")
        .endsWith("-jar\n" + file + "\nls\n*\n");

    Path archive = Files.createFile(temp.resolve("alknet-cli.jsa"));
    assertThat(start(file, "ls"))
        .contains("\n-Xlog:disable\n-XX:SharedArchiveFile=" + archive + "\n-Dmine=1\n");
    assertThat(start(file, "serve")).doesNotContain("jsa");
  }

  private String start(Path file, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
    builder.environment().put("ALKNET_JAVA_OPTS", "-Dmine=1 -Dtoo=2");
    return output(builder.start());
  }

  private static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return text;
  }

  @Test
  void selfRunningFileAndStartScriptGiveTheJvmTheSameFlags() throws Exception {
    assertThat(flags(read("self-running.sh")))
        .isEqualTo(flags(Files.readString(DIST.resolve("../../../alknet"))))
        .hasSize(2);
  }

  private static List<String> flags(String script) {
    return Pattern.compile("'(-X[^']*)'")
        .matcher(script)
        .results()
        .map(match -> match.group(1))
        .sorted()
        .toList();
  }

  @Test
  void unitKeepsTheNodeFromEverythingItDoesNotNeed() throws Exception {
    List<String> unit = settings("alknet.service");

    assertThat(unit)
        .contains(
            "ExecStart=/usr/local/bin/alknet serve --data-dir %S/alknet",
            "ExecReload=/bin/kill -HUP $MAINPID",
            "User=alknet",
            "StateDirectory=alknet",
            "StateDirectoryMode=0700",
            "UMask=0077",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
            "SystemCallFilter=@system-service",
            "LimitCORE=0",
            "Restart=on-failure",
            "RestartPreventExitStatus=2 3 8");
    assertThat(unit)
        .as("the JVM compiles to memory")
        .noneMatch(line -> line.startsWith("MemoryDenyWriteExecute"));
    // The JVM ends with 3 when it runs out of memory, and after 3 nothing starts it again.
    assertThat(unit).anyMatch(line -> line.contains("-XX:-ExitOnOutOfMemoryError"));
    assertThat(settings("alknet.sysusers")).singleElement().asString().startsWith("u alknet ");
  }

  @Test
  void unitIsOneSystemdUnderstands() throws Exception {
    assumeTrue(Files.isExecutable(CHECKER), "no systemd-analyze here: only the text was checked");
    Path unit = temp.resolve("alknet.service");
    Files.writeString(unit, read("alknet.service").replace("/usr/local/bin/alknet", "/bin/true"));

    // It complains about what it does not know and ends with 0 all the same.
    assertThat(verify(unit)).isEmpty();
    Files.writeString(unit, Files.readString(unit).replace("LimitCORE=0", "LimitKORE=0"));
    assertThat(verify(unit)).contains("LimitKORE");
  }

  private static String verify(Path unit) throws Exception {
    return output(
        new ProcessBuilder(CHECKER.toString(), "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start());
  }

  @Test
  void containerRunsAsNobodyInParticularAndKeepsItsDataInAVolume() throws Exception {
    Map<String, String> instructions =
        settings("Containerfile").stream()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(words -> words[0], words -> words[1], (a, b) -> a));

    assertThat(instructions.keySet())
        .containsExactlyInAnyOrder(
            "FROM",
            "COPY",
            "RUN",
            "USER",
            "ENV",
            "WORKDIR",
            "VOLUME",
            "EXPOSE",
            "HEALTHCHECK",
            "ENTRYPOINT",
            "CMD");
    assertThat(instructions.get("FROM")).matches("[a-z/-]+:17[a-z-]*").doesNotContain("alpine");
    assertThat(instructions.get("USER")).matches("[1-9][0-9]*:[1-9][0-9]*");
    assertThat(instructions.get("ENV")).isEqualTo("ALKNET_DATA_DIR=/data");
    assertThat(instructions.get("VOLUME")).isEqualTo("[\"/data\"]");
    assertThat(instructions.get("EXPOSE")).isEqualTo("4433/udp");
    assertThat(instructions.get("HEALTHCHECK"))
        .endsWith("CMD [\"alknet\", \"status\", \"--quiet\"]");
    // The form without a shell: signals reach the node.
    assertThat(words(instructions, "ENTRYPOINT")).containsExactly("alknet");
    assertThat(words(instructions, "CMD")).startsWith("serve", "--listen");
  }

  private static List<String> words(Map<String, String> instructions, String name) {
    Matcher list = Pattern.compile("\\[(.*)]").matcher(instructions.getOrDefault(name, ""));
    Function<String, String> unquoted = word -> word.strip().replaceAll("^\"|\"$", "");
    assertThat(list.matches()).as(name).isTrue();
    return List.of(list.group(1).split(",", -1)).stream().map(unquoted).toList();
  }
}
