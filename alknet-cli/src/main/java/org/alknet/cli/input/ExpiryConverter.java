package org.alknet.cli.input;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times at which something ends: so long from now, or a time of RFC 3339. */
public final class ExpiryConverter implements ITypeConverter<Instant> {
  private static final Pattern FROM_NOW = Pattern.compile("(?:in )?([0-9]{1,9}(?:ms|s|m|h|d))");

  /** Creates the converter. */
  public ExpiryConverter() {}

  @Override
  public Instant convert(String text) {
    Instant now = Instant.now();
    Matcher fromNow = FROM_NOW.matcher(text);
    Instant end;
    try {
      end =
          fromNow.matches()
              ? now.plus(new DurationConverter().convert(fromNow.group(1)))
              : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException unfit) {
      throw new TypeConversionException(
          "\"" + text + "\" is not a time such as 30d, \"in 3d\" or 2027-01-31T12:00:00Z");
    }
    if (!end.isAfter(now)) {
      throw new TypeConversionException("\"" + text + "\" is in the past");
    }
    return end;
  }
}
