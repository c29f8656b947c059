package org.alknet.http.openapi;

import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986 section 2.1). */
final class Percent {
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  /** What has a meaning in an address, but none that would change what a query says. */
  private static final String HARMLESS = ":/?@!$'()*,;";

  private static final String IN_PATHS = ":@!$&'()*+,;=/%";

  private Percent() {}

  /** Encodes everything but letters, digits and {@code - . _ ~}. */
  static String encode(String text) {
    return encode(text, "");
  }

  /** Leaves reserved characters that cannot be mistaken as they are. */
  static String encodeReserved(String text) {
    return encode(text, HARMLESS);
  }

  /** Encodes what cannot stand in a path, and leaves what is encoded already. */
  static String encodeLiteral(String text) {
    return encode(text, IN_PATHS);
  }

  private static String encode(String text, String kept) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0
              || kept.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return encoded.toString();
  }
}
