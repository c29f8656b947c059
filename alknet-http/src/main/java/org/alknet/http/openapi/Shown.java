package org.alknet.http.openapi;

/** Text of a document or of a service, made fit for a message: one line, cut, nothing invisible. */
final class Shown {
  private static final int MAX = 160;

  private Shown() {}

  static String of(String text) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX));
    for (int i = 0; i < text.length() && shown.length() < MAX; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      shown.appendCodePoint(isPrintable(c) ? c : '?');
    }
    return shown.length() < MAX ? shown.toString() : shown + "…";
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
