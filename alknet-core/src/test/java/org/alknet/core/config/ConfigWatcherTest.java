package org.alknet.core.config;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatcherTest {
  @TempDir Path directory;

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private Path file = Path.of("alknet.toml");
  private Optional<ConfigWatcher> watcher = Optional.empty();

  @BeforeEach
  void createFile() throws IOException {
    file = directory.resolve("alknet.toml");
    replace("one");
  }

  @AfterEach
  void closeWatcher() {
    watcher.ifPresent(ConfigWatcher::close);
  }

  @Test
  void aFileOverwrittenInPlaceIsReported() throws Exception {
    watch(this::look);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.US_ASCII.encode("two"));
    }

    assertThat(next()).isEqualTo("two");
  }

  @Test
  void aFileReplacedByRenameIsReported() throws Exception {
    watch(this::look);
    replace("two");

    assertThat(next()).isEqualTo("two");
  }

  @Test
  void aLinkThatPointsElsewhereIsReported() throws Exception {
    Path link = directory.resolve("link.toml");
    Path second = Files.createDirectory(directory.resolve("elsewhere")).resolve("second.toml");
    Files.writeString(second, "two");
    Files.createSymbolicLink(link, file);
    file = link;
    watch(this::look);
    Path swap = Files.createSymbolicLink(directory.resolve("swap"), second);
    Files.move(swap, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

    assertThat(next()).isEqualTo("two");
  }

  @Test
  void aFileWrittenInPiecesIsReportedOnceItIsWhole() throws Exception {
    watch(this::look);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      for (int i = 0; i < 20; i++) {
        channel.write(StandardCharsets.US_ASCII.encode("-" + i));
        channel.force(false);
      }

      String whole = Files.readString(file);
      String reported = next();
      while (!reported.equals(whole)) {
        // A machine that stalled for a settling time in the middle may report a piece first.
        reported = next();
      }
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void aFileThatIsRewrittenWithTheSameContentIsNotReported() throws Exception {
    watch(this::look);
    replace("one");
    Files.writeString(directory.resolve("neighbour"), "x");
    replace("two");

    assertThat(next()).isEqualTo("two");
    assertThat(seen).isEmpty();
  }

  @Test
  void aFileThatComesBackIsReported() throws Exception {
    watch(this::look);
    Files.delete(file);
    replace("two");

    assertThat(next()).isEqualTo("two");
  }

  @Test
  void aListenerThatThrowsIsCalledAgain() throws Exception {
    Runnable failing =
        () -> {
          look();
          throw new IllegalStateException("a bug");
        };
    watch(failing);
    replace("two");
    assertThat(next()).isEqualTo("two");
    replace("three");
    assertThat(next()).isEqualTo("three");
  }

  @Test
  void closingEndsTheThread() throws Exception {
    watch(this::look);
    closeWatcher();
    closeWatcher();

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("alknet-config-watcher");
  }

  @Test
  void aMissingFileCannotBeWatched() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ConfigWatcher.start(directory.resolve("ghost"), this::look));
  }

  private void watch(Runnable listener) throws IOException {
    watcher = Optional.of(ConfigWatcher.start(file, listener));
  }

  /** Puts new content in place at once, so that no half of it can be seen. */
  private void replace(String content) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), content);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private void look() {
    try {
      seen.add(Files.readString(file));
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  private String next() throws InterruptedException {
    String content = seen.poll(60, SECONDS);
    assertThat(content).isNotNull();
    return content == null ? "" : content;
  }
}
