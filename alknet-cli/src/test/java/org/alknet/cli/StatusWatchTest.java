package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.admin.StatusHistory;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watching a node. */
class StatusWatchTest {
  @TempDir Path home;

  private Node start() throws Exception {
    return NodeBuilder.create()
        .dataDirectory(home.resolve(".alknet"))
        .listen("127.0.0.1:0")
        .start();
  }

  @Test
  void watchPrintsTheStateWheneverItChangesAndEndsWithCtrlC() throws Exception {
    try (InProcess.Running watch = new InProcess(home).start("status", "--watch", "--json")) {
      watch.await("{\"running\":false}");
      try (Node node = start()) {
        watch.await("\"running\":true");
        new InProcess(home).run("peer", "add", "w", "--fingerprint", "ed25519:" + "a1".repeat(32));
        watch.await("\"peers\":2");
        assertThat(node.peers()).isEqualTo(2);
      }
      assertThat(watch.stop("INT")).isZero();
      PublishedShapes.check(watch.out());
      assertThat(watch.out()).doesNotContain("\u001b");
    }
  }

  @Test
  void liveViewDrawsOverItselfAndShowsWhatChanged() throws Exception {
    try (InProcess.Running watch =
        new InProcess(home).with("COLUMNS", "60").terminal().start("status", "--watch")) {
      watch.await("not running");
      try (Node node = start()) {
        watch.await("the node runs");
        assertThat(watch.out()).contains(node.fingerprint().substring(0, 20));
      }
      watch.await("the node has stopped");
      assertThat(watch.stop("INT")).isZero();
      assertThat(watch.out()).contains("\u001b[J").containsPattern("\u001b\\[[0-9]+A");
      assertThat(watch.out().lines())
          .allMatch(line -> line.replaceAll("\u001b\\[[0-9]*[A-Zm]", "").length() <= 60);
    }
  }

  @Test
  void numberOfLooksGoesWithWatchAndBoundsIt() {
    Result alone = new InProcess(home).run("status", "--count", "2");
    Result bounded = new InProcess(home).run("status", "--watch", "--count", "1");

    assertThat(alone.exit()).isEqualTo(2);
    assertThat(bounded.exit()).isZero();
    assertThat(bounded.out()).contains("not running");
  }

  @Test
  void historyNamesWhatChangedAndForgetsTheOldest() {
    StatusHistory history = new StatusHistory();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    boolean first = history.look(Optional.empty(), now);
    boolean same = history.look(Optional.empty(), now);
    for (int i = 0; i < 100; i++) {
      history.look(Optional.empty(), now.plusSeconds(i));
    }

    assertThat(first).isTrue();
    assertThat(same).isFalse();
    assertThat(history.events()).isEmpty();
    assertThat(history.connections()).hasSize(StatusHistory.MAX_SAMPLES).containsOnly(0);
  }
}
