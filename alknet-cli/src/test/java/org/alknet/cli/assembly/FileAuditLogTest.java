package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditLogTest {
  private static final String TIME =
      "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z ";

  @TempDir Path temp;

  private Path file() {
    return temp.resolve("audit.log");
  }

  @Test
  void eachEventIsALineNoRemoteTextBreaksOutOf() throws Exception {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("result", "reject");
    fields.put("remote_addr", "192.0.2.1:9");
    fields.put("id", "x\nevent=auth result=accept \u001b[31m\u202e");
    try (FileAuditLog audit = FileAuditLog.open(file())) {
      audit.record("auth", fields);
      audit.record("config_reload", Map.of("generation", "2"));
    }
    List<String> lines = Files.readAllLines(file());

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .matches(
            TIME
                + "event=auth result=reject remote_addr=192\\.0\\.2\\.1:9"
                + " id=\"x\\\\u000aevent=auth result=accept \\\\u001b\\[31m\\\\u202e\"");
    assertThat(lines.get(1)).matches(TIME + "event=config_reload generation=2");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void laterRunsGoOnAtTheEndAndAFileThatWasMovedAwayIsLeftAlone() throws Exception {
    try (FileAuditLog audit = FileAuditLog.open(file())) {
      audit.record("one", Map.of());
    }
    try (FileAuditLog audit = FileAuditLog.open(file())) {
      audit.record("two", Map.of());
      Await.until("written", () -> lines(file()) == 2);
      Files.move(file(), temp.resolve("rotated"));
      audit.record("three", Map.of());
    }

    assertThat(Files.readString(temp.resolve("rotated")))
        .contains("event=one")
        .contains("event=two");
    assertThat(Files.readString(file())).contains("event=three").doesNotContain("event=two");
  }

  private static int lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  @Test
  void fullFileMakesWayAndOnlySoManyAreKept() throws Exception {
    RotatingFile rotating = new RotatingFile(file(), 20);
    for (int i = 0; i < 8; i++) {
      rotating.append(List.of("line " + i, "of twelve"));
    }

    assertThat(Files.readString(file())).isEqualTo("line 7\nof twelve\n");
    for (int i = 1; i <= RotatingFile.KEPT; i++) {
      assertThat(Files.readString(temp.resolve("audit.log." + i))).startsWith("line " + (7 - i));
    }
    try (var files = Files.list(temp)) {
      assertThat(files).hasSize(1 + RotatingFile.KEPT);
    }
  }

  @Test
  void fileOthersCanReadOrThatCannotBeIsRefused() throws Exception {
    Files.writeString(file(), "");
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    NodeException open =
        catchThrowableOfType(NodeException.class, () -> FileAuditLog.open(file()).close());
    Path nowhere = temp.resolve("none/audit.log");
    NodeException missing =
        catchThrowableOfType(NodeException.class, () -> FileAuditLog.open(nowhere).close());
    NodeException looked =
        catchThrowableOfType(NodeException.class, () -> FileAuditLog.look(nowhere));

    assertThat(open.kind()).isEqualTo(Kind.UNSAFE);
    assertThat(open.advice()).containsExactly("chmod 600 " + file());
    assertThat(missing.kind()).isEqualTo(Kind.STORE);
    assertThat(missing).hasMessageStartingWith("cannot write the audit log " + nowhere);
    assertThat(looked.kind()).isEqualTo(Kind.STORE);
  }

  @Test
  void whatComesAfterTheEndIsDroppedAndNobodyWaits() throws Exception {
    FileAuditLog audit = FileAuditLog.open(file());
    audit.close();
    audit.close();
    audit.record("late", Map.of());

    assertThat(Files.readString(file())).isEmpty();
  }

  @Test
  void nodeRecordsWhoCameAndWhoWasReloaded() throws Exception {
    Path config = temp.resolve("alknet.toml");
    Files.writeString(
        config, "listen_addr = \"127.0.0.1:0\"\n[logging]\naudit_file = \"audit.log\"\n");
    try (Node node = NodeBuilder.fromConfig(config).start()) {
      assertThat(node.reload().accepted()).isTrue();
    }

    assertThat(Files.readString(file())).contains("event=config_reload result=accept generation=1");
  }
}
