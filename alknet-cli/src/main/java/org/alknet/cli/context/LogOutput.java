package org.alknet.cli.context;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.alknet.cli.context.GlobalOptions.LogLevel;

/**
 * The log of this process, on a stream: the JDK's own, to which {@code System.Logger} and SLF4J
 * both lead. Its level can be changed at any time.
 *
 * <p>Thread-safe.
 */
final class LogOutput extends Handler {
  /** Kept here, or the JDK forgets what was set on them. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger NETTY = Logger.getLogger("io.netty");

  private final OutputStream out;

  private LogOutput(OutputStream out, LogFormat format) {
    this.out = out;
    setFormatter(format == LogFormat.json ? new JsonLogLines() : new TextLogLines());
  }

  /** Takes the place of whatever logged so far. */
  static void install(OutputStream out, LogLevel level, LogFormat format) {
    LogManager.getLogManager().reset();
    if (level != LogLevel.off) {
      ROOT.addHandler(new LogOutput(out, format));
    }
    level(level);
  }

  /** Sets what is logged from now on. */
  static void level(LogLevel level) {
    ROOT.setLevel(translate(level));
    // Every packet, which nobody means who asks for the details of a node.
    NETTY.setLevel(translate(level == LogLevel.debug ? LogLevel.info : level));
  }

  private static Level translate(LogLevel level) {
    return switch (level) {
      case off -> Level.OFF;
      case error -> Level.SEVERE;
      case warn -> Level.WARNING;
      case info -> Level.INFO;
      case debug -> Level.FINE;
      case trace -> Level.FINEST;
    };
  }

  /** Returns the name of a level as the configuration spells it. */
  static String name(Level level) {
    return List.of(LogLevel.error, LogLevel.warn, LogLevel.info, LogLevel.debug).stream()
        .filter(known -> level.intValue() >= translate(known).intValue())
        .findFirst()
        .orElse(LogLevel.trace)
        .name();
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
    try {
      synchronized (this) {
        out.write(line);
        out.flush();
      }
    } catch (IOException failed) {
      reportError(null, failed, ErrorManager.WRITE_FAILURE);
    }
  }

  @Override
  public void flush() {}

  /** The stream is the process's. */
  @Override
  public void close() {}
}
