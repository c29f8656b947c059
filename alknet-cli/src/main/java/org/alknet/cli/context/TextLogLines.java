package org.alknet.cli.context;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.alknet.cli.output.Escape;

/**
 * Log records as text: time, level, class and message on one line, and what was thrown on lines of
 * its own. A message cannot break out of its line, whoever wrote it.
 */
final class TextLogLines extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

  @Override
  public String format(LogRecord record) {
    String line =
        TIME.format(record.getInstant())
            + " ["
            + LogOutput.name(record.getLevel()).toUpperCase(Locale.ROOT)
            + "] "
            + shortName(String.valueOf(record.getLoggerName()))
            + " "
            + Escape.text(formatMessage(record))
            + "\n";
    return record.getThrown() == null ? line : line + trace(record.getThrown());
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
