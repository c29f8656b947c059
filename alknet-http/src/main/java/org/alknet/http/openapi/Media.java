package org.alknet.http.openapi;

import java.util.Locale;

/** Media types, compared without case and without their parameters. */
final class Media {
  static final String JSON = "application/json";
  static final String EVENTS = "text/event-stream";
  static final String FORM = "application/x-www-form-urlencoded";
  static final String BYTES = "application/octet-stream";

  private Media() {}

  static String essence(String type) {
    int end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  static boolean isJson(String type) {
    String essence = essence(type);
    return essence.equals(JSON)
        || essence.equals("text/json")
        || (essence.endsWith("+json") && essence.indexOf('/') > 0);
  }

  static boolean isEvents(String type) {
    return essence(type).equals(EVENTS);
  }

  static boolean isText(String type) {
    return essence(type).startsWith("text/");
  }

  static boolean isXml(String type) {
    String essence = essence(type);
    return essence.equals("application/xml") || essence.endsWith("+xml");
  }

  static boolean isWildcard(String type) {
    return type.indexOf('*') >= 0;
  }
}
