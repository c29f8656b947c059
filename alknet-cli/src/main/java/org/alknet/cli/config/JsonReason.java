package org.alknet.cli.config;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with a JSON text, without what the parser says about itself. */
public final class JsonReason {
  private static final Pattern TALK =
      Pattern.compile("\\s*\\(start marker at \\[.*?]\\)|,? from `StreamReadConstraints[^`]*`");

  private JsonReason() {}

  /** Returns it in one line or more, for {@code Escape}. */
  public static String of(JacksonException broken) {
    return TALK.matcher(String.valueOf(broken.getOriginalMessage())).replaceAll("");
  }
}
