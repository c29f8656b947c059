package org.alknet.http.internal.net;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The time as header fields have it (RFC 9110 section 5.6.7). */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static volatile Second last = new Second(0, FORMAT.format(Instant.EPOCH));

  private HttpDate() {}

  /** A second and its text, which all replies of the second share. */
  private record Second(long sinceEpoch, String text) {}

  static String now() {
    Second known = last;
    long second = Math.floorDiv(System.currentTimeMillis(), 1000L);
    if (known.sinceEpoch() != second) {
      known = new Second(second, FORMAT.format(Instant.ofEpochSecond(second)));
      last = known;
    }
    return known.text();
  }
}
