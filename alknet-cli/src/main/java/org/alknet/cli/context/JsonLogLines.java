package org.alknet.cli.context;

import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Log records as JSON, one object a line: {@code time}, {@code level}, {@code logger}, {@code
 * message} and, if something was thrown, {@code exception}.
 */
final class JsonLogLines extends Formatter {
  private final JsonMapper mapper =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  @Override
  public String format(LogRecord record) {
    ObjectNode line =
        mapper
            .createObjectNode()
            .put("time", record.getInstant().toString())
            .put("level", LogOutput.name(record.getLevel()))
            .put("logger", String.valueOf(record.getLoggerName()))
            .put("message", formatMessage(record));
    if (record.getThrown() != null) {
      line.put("exception", TextLogLines.trace(record.getThrown()));
    }
    return mapper.writeValueAsString(line) + "\n";
  }
}
