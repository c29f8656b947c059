package org.alknet.cli.output;

/**
 * How text looks on a terminal; plain text everywhere else.
 *
 * <p>Immutable.
 *
 * @param colour whether escape sequences may be used
 * @param unicode whether the reader can show characters beyond ASCII
 */
public record Styles(boolean colour, boolean unicode) {
  private static final int SHORT_DIGITS = 4;

  /** Marks what matters most. */
  public String strong(String text) {
    return style("1", text);
  }

  /** Marks what matters least. */
  public String faint(String text) {
    return style("2", text);
  }

  /** Marks a failure. */
  public String alarm(String text) {
    return style("31", text);
  }

  /** Returns the sign for text left out. */
  public String ellipsis() {
    return unicode ? "…" : "...";
  }

  /** Shortens {@code ed25519:} and 64 digits to the first and last four. */
  public String fingerprint(String full) {
    int digits = full.indexOf(':') + 1;
    return full.length() - digits <= 2 * SHORT_DIGITS
        ? full
        : full.substring(0, digits + SHORT_DIGITS)
            + ellipsis()
            + full.substring(full.length() - SHORT_DIGITS);
  }

  private String style(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
