package org.alknet.cli.assembly;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Security events in a file: one line each, {@code 2026-11-21T10:00:00.000Z event=auth result=…},
 * which no remote text can break out of. A thread of its own writes them, so that nobody who
 * records waits for a disk; what it cannot keep up with is dropped and counted in the file.
 *
 * <p>Thread-safe. Owns its thread until {@link #close()}, which writes what is left.
 */
final class FileAuditLog implements AuditLog, AutoCloseable {
  private static final Logger LOG = System.getLogger(FileAuditLog.class.getName());
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final int MOST_WAITING = 8192;
  private static final int MOST_AT_ONCE = 512;
  private static final long CLOSE_MILLIS = 5_000;

  /** Wakes the writer for the last time. */
  private static final String END = "";

  private final RotatingFile file;
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread writer;

  /** Of the writer alone. */
  private boolean failing;

  private FileAuditLog(RotatingFile file) {
    this.file = file;
    this.writer = new Thread(this::write, "alknet-audit");
    writer.setDaemon(true);
  }

  /**
   * Opens the file, creating it with mode 0600.
   *
   * @throws NodeException if it cannot be written, or other users may read or write it
   */
  static FileAuditLog open(Path path) throws NodeException {
    RotatingFile file = new RotatingFile(path, RotatingFile.MAX_BYTES);
    try {
      PrivateFiles.refuseAudience(path);
      file.append(List.of());
    } catch (IOException failed) {
      throw unusable(path, PrivateFiles.reason(failed), failed);
    }
    FileAuditLog log = new FileAuditLog(file);
    log.writer.start();
    return log;
  }

  /**
   * Checks that the file can be used, and creates nothing.
   *
   * @throws NodeException as {@link #open}
   */
  static void look(Path path) throws NodeException {
    try {
      PrivateFiles.refuseAudience(path);
    } catch (IOException failed) {
      throw unusable(path, PrivateFiles.reason(failed), failed);
    }
    Path directory = path.toAbsolutePath().getParent();
    if (Files.exists(path)
        ? !Files.isWritable(path)
        : directory == null || !Files.isWritable(directory)) {
      throw unusable(path, "permission denied, or no such directory", null);
    }
  }

  private static NodeException unusable(Path path, String reason, @Nullable IOException cause) {
    return new NodeException(
        NodeException.Kind.STORE,
        "cannot write the audit log " + path + ": " + reason,
        cause,
        List.of("Name another file in logging.audit_file, or make room for this one."));
  }

  @Override
  public void record(String event, Map<String, String> fields) {
    String line = TIME.format(Instant.now()) + " " + LogLine.event(event).fields(fields);
    if (closed.get() || !waiting.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  private void write() {
    List<String> lines = new ArrayList<>();
    boolean end = false;
    try {
      while (!end) {
        lines.add(waiting.take());
        waiting.drainTo(lines, MOST_AT_ONCE);
        // The mark of the end may have overtaken lines of threads that were recording just then.
        end = lines.remove(END);
        if (end) {
          waiting.drainTo(lines);
        }
        write(lines);
        lines.clear();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<String> lines) {
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      lines.add(
          TIME.format(Instant.now()) + " " + LogLine.event("audit_dropped").field("count", lost));
    }
    try {
      file.append(lines);
      failing = false;
    } catch (IOException | RuntimeException failed) {
      // Whatever it is, the thread goes on: later events may be written again.
      dropped.addAndGet(lost + lines.size());
      if (!failing) {
        LOG.log(Level.ERROR, "cannot write the audit log; its events are in this log only", failed);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      // Waits for room if the writer is behind; what is already there comes first.
      if (waiting.offer(END, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        writer.join(CLOSE_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      LOG.log(Level.WARNING, "event=audit_not_finished waiting={0}", waiting.size());
      writer.interrupt();
    }
  }
}
