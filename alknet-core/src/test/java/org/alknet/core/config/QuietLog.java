package org.alknet.core.config;

/**
 * Switches the JDK's logger of a class off while it is open, for tests that would print thousands
 * of lines. By reflection, because core does not need the logging module.
 */
final class QuietLog implements AutoCloseable {
  private final Object logger;

  private QuietLog(Object logger) {
    this.logger = logger;
  }

  static QuietLog of(Class<?> type) throws ReflectiveOperationException {
    Object logger =
        Class.forName("java.util.logging.Logger")
            .getMethod("getLogger", String.class)
            .invoke(null, type.getName());
    setLevel(logger, "OFF");
    return new QuietLog(logger);
  }

  @Override
  public void close() throws ReflectiveOperationException {
    setLevel(logger, "INFO");
  }

  private static void setLevel(Object logger, String level) throws ReflectiveOperationException {
    Class<?> levels = Class.forName("java.util.logging.Level");
    Class.forName("java.util.logging.Logger")
        .getMethod("setLevel", levels)
        .invoke(logger, levels.getField(level).get(null));
  }
}
