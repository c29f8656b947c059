package org.alknet.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves threads or open file descriptors behind. Register it as an extension for
 * a look before and after each test, {@code @AfterEach} included:
 *
 * <pre>{@code
 * @RegisterExtension final LeakCheck leaks = LeakCheck.ofThreads("alknet-").andDescriptors();
 * }</pre>
 *
 * <p>or call {@link #begin()} and {@link #assertNothingLeft()} around what is to be checked. Things
 * may take their time to end, up to {@link Await#DEADLINE}.
 *
 * <p>Descriptors are looked at where {@code /proc/self/fd} exists, and the whole process is seen:
 * nothing else may open sockets or files meanwhile. What the JVM opens for itself (jars, its own
 * files) does not count.
 *
 * <p>Not thread-safe.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final List<String> threadPrefixes;
  private final boolean descriptors;
  private final Duration deadline;
  private Set<Thread> threadsBefore = Set.of();
  private Set<String> descriptorsBefore = Set.of();

  private LeakCheck(List<String> threadPrefixes, boolean descriptors, Duration deadline) {
    this.threadPrefixes = threadPrefixes;
    this.descriptors = descriptors;
    this.deadline = deadline;
  }

  /**
   * Returns a check of the platform threads whose names start with one of the prefixes.
   *
   * @param prefixes the empty text stands for every thread
   */
  public static LeakCheck ofThreads(String... prefixes) {
    return new LeakCheck(List.of(prefixes), false, Await.DEADLINE);
  }

  /** Returns a check of the same threads and of open descriptors. */
  public LeakCheck andDescriptors() {
    return new LeakCheck(threadPrefixes, true, deadline);
  }

  /** Returns the same check with less patience, to see it fail. */
  LeakCheck within(Duration otherDeadline) {
    return new LeakCheck(threadPrefixes, descriptors, otherDeadline);
  }

  /** Takes note of what is there already. */
  public void begin() {
    if (descriptors) {
      warmUp();
      descriptorsBefore = openDescriptors();
    }
    threadsBefore = threads();
  }

  /**
   * Waits until everything that came since {@link #begin()} is gone.
   *
   * @throws AssertionError that names what is left, if it does not go
   */
  public void assertNothingLeft() {
    Set<String> left = left();
    long start = System.nanoTime();
    while (!left.isEmpty() && System.nanoTime() - start < deadline.toNanos()) {
      Await.pause();
      left = left();
    }
    if (!left.isEmpty()) {
      throw new AssertionError("left behind:\n" + String.join("\n", left));
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    begin();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertNothingLeft();
  }

  private Set<String> left() {
    Set<String> left = new TreeSet<>();
    if (descriptors) {
      left.addAll(openDescriptors());
      left.removeAll(descriptorsBefore);
    }
    Set<Thread> threads = threads();
    threads.removeAll(threadsBefore);
    for (Thread thread : threads) {
      left.add(
          thread
              + Arrays.stream(thread.getStackTrace())
                  .limit(8)
                  .map(frame -> "\n    at " + frame)
                  .collect(Collectors.joining()));
    }
    return left;
  }

  private Set<Thread> threads() {
    Set<Thread> found = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (threadPrefixes.stream().anyMatch(thread.getName()::startsWith)) {
        found.add(thread);
      }
    }
    return found;
  }

  private static Set<String> openDescriptors() {
    Set<String> open = new HashSet<>();
    if (!Files.isDirectory(DESCRIPTORS)) {
      return open;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path entry : entries) {
        String target = targetOf(entry);
        if (!belongsToTheJvm(target)) {
          open.add("descriptor " + entry.getFileName() + " -> " + target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }

  private static String targetOf(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException closedMeanwhile) {
      return "/proc/closed";
    }
  }

  private static boolean belongsToTheJvm(String target) {
    return target.endsWith(".jar")
        || target.startsWith(System.getProperty("java.home"))
        || target.startsWith("/proc/")
        || target.startsWith("/dev/");
  }

  /** Has the JVM open what it keeps for its first channel, so that no test is blamed for it. */
  private static void warmUp() {
    try {
      Selector.open().close();
      DatagramChannel.open().close();
      SocketChannel.open().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
