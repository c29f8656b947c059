package org.alknet.core.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.alknet.core.observe.LogLine;

/**
 * Tells when the content of a configuration file has changed and stopped changing, for those who
 * want a reload without being asked (spec/core.md section 22). Whoever may write the file can grant
 * access to the node.
 *
 * <p>The whole directory is watched and the content compared, so a file that is replaced by a
 * rename, or a symbolic link that is made to point elsewhere, is noticed; a change in another
 * directory that a link leads to is not. After an event nothing happens until the file has had the
 * same content for the settling time: half a file is never reported.
 *
 * <p>Thread-safe. Owns one daemon thread until {@link #close()}.
 */
public final class ConfigWatcher implements AutoCloseable {
  /** How long the content has to stay the same. */
  public static final Duration SETTLING_TIME = Duration.ofMillis(250);

  private static final Logger LOG = System.getLogger(ConfigWatcher.class.getName());
  private static final long JOIN_MILLIS = 2_000;

  private final Path file;
  private final Runnable listener;
  private final WatchService service;
  private final Thread thread;

  /** Digest of the content reported last; confined to the watcher's thread once that runs. */
  private byte[] reported;

  private ConfigWatcher(Path file, Runnable listener, WatchService service, byte[] reported) {
    this.file = file;
    this.listener = listener;
    this.service = service;
    this.reported = reported;
    this.thread = new Thread(this::run, "alknet-config-watcher");
    thread.setDaemon(true);
  }

  /**
   * Starts to watch; the content at this moment is the one changes are measured against.
   *
   * @param listener called on the watcher's own thread, one call at a time; it may block
   * @throws IOException if the file cannot be read or its directory cannot be watched
   */
  public static ConfigWatcher start(Path file, Runnable listener) throws IOException {
    Objects.requireNonNull(listener, "listener");
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null) {
      throw new IOException("a configuration file is in a directory: " + file);
    }
    WatchService service = directory.getFileSystem().newWatchService();
    try {
      directory.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
      ConfigWatcher watcher = new ConfigWatcher(absolute, listener, service, digest(absolute));
      watcher.thread.start();
      return watcher;
    } catch (IOException failed) {
      service.close();
      throw failed;
    }
  }

  /** Stops watching; a call of the listener in progress is waited for, 2 s at most. */
  @Override
  public void close() {
    try {
      service.close();
      if (Thread.currentThread() != thread) {
        thread.join(JOIN_MILLIS);
      }
    } catch (IOException failed) {
      LOG.log(Level.WARNING, "event=config_watch_close_failed", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (takeNote(service.take()) && settle()) {
        // Waits for the next event.
      }
      LOG.log(
          Level.ERROR,
          () -> LogLine.event("config_watch_lost").field("file", file.toString()).toString());
    } catch (ClosedWatchServiceException closed) {
      LOG.log(Level.DEBUG, "event=config_watch_closed");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes note of events; false if the directory is gone. Which file they name does not matter. */
  private static boolean takeNote(WatchKey key) {
    key.pollEvents();
    return key.reset();
  }

  /**
   * Reports the content once two readings, a settling time apart, agree on it; false if the
   * directory is gone.
   */
  private boolean settle() throws InterruptedException {
    Optional<byte[]> before = read();
    while (true) {
      WatchKey key = service.poll(SETTLING_TIME.toMillis(), TimeUnit.MILLISECONDS);
      if (key != null) {
        if (!takeNote(key)) {
          return false;
        }
        before = read();
        continue;
      }
      Optional<byte[]> now = read();
      if (before.isEmpty() || now.isEmpty()) {
        // Gone or unreadable for now: its return is another event.
        return true;
      }
      if (Arrays.equals(before.get(), now.get())) {
        report(now.get());
        return true;
      }
      before = now;
    }
  }

  private void report(byte[] content) {
    if (Arrays.equals(content, reported)) {
      return;
    }
    reported = content;
    try {
      listener.run();
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "event=config_watch_listener_failed", bug);
    }
  }

  private Optional<byte[]> read() {
    try {
      return Optional.of(digest(file));
    } catch (IOException unreadable) {
      LOG.log(Level.DEBUG, "event=config_watch_unreadable", unreadable);
      return Optional.empty();
    }
  }

  private static byte[] digest(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("not a file: " + file);
    }
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}
