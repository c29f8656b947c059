package org.alknet.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Listens to everything core logs, from its construction until it is closed. */
final class LogCapture extends Handler {
  private static final Pattern FIELD =
      Pattern.compile("([a-z_]+)=(\"(?:[ !#-\\[\\]-~]|\\\\u[0-9a-f]{4})*\"|[!#-<>-~]+)");

  private final Logger logger = Logger.getLogger("org.alknet.core");
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();

  LogCapture() {
    logger.addHandler(this);
  }

  @Override
  public void publish(LogRecord message) {
    records.add(message);
  }

  /** Returns the lines of one event. */
  List<String> lines(String event) {
    return records.stream()
        .map(LogRecord::getMessage)
        .filter(line -> line.startsWith("event=" + event + " "))
        .toList();
  }

  /** Returns everything at this level or above. */
  List<LogRecord> atLeast(Level level) {
    return records.stream()
        .filter(message -> message.getLevel().intValue() >= level.intValue())
        .toList();
  }

  List<LogRecord> all() {
    return List.copyOf(records);
  }

  /** Reads a line as a blocking tool does, and returns the names of its fields in order. */
  static List<String> fieldsOf(String line) {
    Matcher field = FIELD.matcher(line);
    List<String> names = new java.util.ArrayList<>();
    int at = 0;
    while (at < line.length()) {
      if (!field.find(at) || field.start() != at) {
        throw new AssertionError("not key=value from character " + at + " on: " + line);
      }
      names.add(field.group(1));
      at = field.end();
      if (at < line.length() && line.charAt(at++) != ' ') {
        throw new AssertionError("no space before character " + at + ": " + line);
      }
    }
    return names;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
