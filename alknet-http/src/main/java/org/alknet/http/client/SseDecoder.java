package org.alknet.http.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events from bytes that come in any pieces (HTML Living Standard section 9.2).
 *
 * <p>Not thread-safe.
 */
public final class SseDecoder {
  private final int maxEventBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder data = new StringBuilder();
  private @Nullable String type;
  private @Nullable String id;
  private boolean hasData;
  private boolean first = true;
  private boolean afterReturn;
  private int eventBytes;

  /**
   * Starts at the beginning of a stream.
   *
   * @param maxEventBytes longest event
   */
  public SseDecoder(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /**
   * One event.
   *
   * @param type its name; {@code message} if none was given
   * @param data its lines, joined
   * @param id the last id that was given
   */
  public record Event(String type, String data, Optional<String> id) {}

  /**
   * Takes bytes and returns the events they complete; what is incomplete at the end is dropped.
   *
   * @throws IllegalStateException if an event is longer than allowed
   */
  public List<Event> accept(byte[] bytes) {
    List<Event> events = new ArrayList<>();
    for (byte b : bytes) {
      if (b == '\n' && afterReturn) {
        afterReturn = false;
        continue;
      }
      afterReturn = b == '\r';
      if (b == '\n' || b == '\r') {
        endOfLine(events);
        continue;
      }
      if (++eventBytes > maxEventBytes) {
        throw new IllegalStateException("an event is longer than " + maxEventBytes + " bytes");
      }
      line.write(b);
    }
    return events;
  }

  private void endOfLine(List<Event> events) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (first) {
      first = false;
      text = text.startsWith("\ufeff") ? text.substring(1) : text;
    }
    if (text.isEmpty()) {
      if (hasData) {
        events.add(
            new Event(
                type == null || type.isEmpty() ? "message" : type,
                data.substring(0, data.length() - 1),
                Optional.ofNullable(id)));
      }
      data.setLength(0);
      type = null;
      hasData = false;
      eventBytes = 0;
      return;
    }
    int colon = text.indexOf(':');
    String field = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    switch (field) {
      case "data" -> {
        data.append(value).append('\n');
        hasData = true;
      }
      case "event" -> type = value;
      case "id" -> id = value.indexOf('\0') < 0 ? value : id;
      default -> {} // a comment, a wait between connections, or something new
    }
  }
}
