package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  @TempDir Path temp;

  private final AtomicInteger reloads = new AtomicInteger();
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = temp.resolve("alknet.toml");
    Files.writeString(file, "listen_addr = \"127.0.0.1:0\"\n");
  }

  @Test
  void changeIsReadOnceWhenNobodyWritesAnyMore() throws Exception {
    ConfigWatch watch = new ConfigWatch(file, reloads::incrementAndGet);
    watch.check();
    watch.check();
    assertThat(reloads).hasValue(0);

    Files.writeString(file, "x");
    watch.check();
    Files.writeString(file, "xx");
    watch.check();
    assertThat(reloads).as("still being written").hasValue(0);
    watch.check();
    watch.check();
    assertThat(reloads).hasValue(1);
  }

  @Test
  void fileThatIsReplacedIsFollowedAndOneThatIsGoneWaitedFor() throws Exception {
    ConfigWatch watch = new ConfigWatch(file, reloads::incrementAndGet);
    Files.delete(file);
    watch.check();
    watch.check();
    assertThat(reloads).hasValue(0);

    Path next = temp.resolve("next");
    Files.writeString(next, "new and longer");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    watch.check();
    watch.check();
    assertThat(reloads).hasValue(1);
  }

  @Test
  void nodeThatWatchesReloadsByItselfAndOneThatDoesNotLeavesItAlone() throws Exception {
    Files.writeString(file, "listen_addr = \"127.0.0.1:0\"\nwatch_config = true\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Files.writeString(
          file,
          """
          listen_addr = "127.0.0.1:0"
          watch_config = true
          [rate_limits]
          max_auth_attempts = 3
          """);
      Await.until(
          "reloaded",
          () -> RunState.ofRunningNode(node.directory()).orElseThrow().generation() == 1);
      assertThat(
              RunState.ofRunningNode(node.directory())
                  .orElseThrow()
                  .lastReload()
                  .orElseThrow()
                  .changes())
          .containsEntry("limits", "max_auth_attempts:5->3");
    }
    Files.writeString(file, "listen_addr = \"127.0.0.1:0\"\n");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("alknet-config-watch"));
      assertThat(node.configuration()).contains(file);
    }
  }
}
