package org.alknet.canary;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Reads along what a test run prints and logs, and ends the run with a failure if one of the {@link
 * Canaries} was in it. JUnit finds it through {@code META-INF/services}, so every module with this
 * one on its test path is watched.
 *
 * <p>Logs are seen as far as they end on stdout or stderr or go through java.util.logging, which is
 * where {@code System.Logger} leads without a bridge.
 */
public final class CanaryListener implements LauncherSessionListener {
  private final Set<String> found = new TreeSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Watch watch = new Watch();
  private @Nullable PrintStream out;
  private @Nullable PrintStream err;

  /** Called by JUnit. */
  public CanaryListener() {}

  @Override
  @SuppressWarnings("SystemOut")
  public void launcherSessionOpened(LauncherSession session) {
    out = System.out;
    err = System.err;
    System.setOut(new PrintStream(new Tee(System.out), true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(new Tee(System.err), true, StandardCharsets.UTF_8));
    Logger.getLogger("").addHandler(watch);
  }

  /**
   * Ends the watch.
   *
   * @throws AssertionError if a secret was seen; names it without showing it
   */
  @Override
  public void launcherSessionClosed(LauncherSession session) {
    stop();
    finish();
  }

  /** Fails if something was found. */
  void finish() {
    if (!found.isEmpty()) {
      throw new AssertionError("these secrets of tests were printed or logged: " + found);
    }
  }

  private void stop() {
    System.out.flush();
    System.err.flush();
    if (out != null && err != null) {
      System.setOut(out);
      System.setErr(err);
    }
    Logger.getLogger("").removeHandler(watch);
  }

  /** Looks at one line or message. */
  void look(String text) {
    List<String> names = Canaries.namesIn(text);
    if (!names.isEmpty()) {
      lock.lock();
      try {
        found.addAll(names);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Passes bytes on and looks at every line; a line of more than 64 KiB is looked at in parts. */
  private final class Tee extends OutputStream {
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final PrintStream to;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Tee(PrintStream to) {
      this.to = to;
    }

    @Override
    public synchronized void write(int b) {
      to.write(b);
      take(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      to.write(bytes, offset, length);
      for (int i = offset; i < offset + length; i++) {
        take(bytes[i]);
      }
    }

    private void take(int b) {
      line.write(b);
      if (b == '\n' || line.size() >= MAX_LINE_BYTES) {
        look(line.toString(StandardCharsets.UTF_8));
        line.reset();
      }
    }

    @Override
    public synchronized void flush() {
      to.flush();
      look(line.toString(StandardCharsets.UTF_8));
    }
  }

  private final class Watch extends Handler {
    @Override
    public void publish(LogRecord message) {
      look(String.valueOf(message.getMessage()));
      for (Throwable cause = message.getThrown(); cause != null; cause = cause.getCause()) {
        look(cause.toString());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
