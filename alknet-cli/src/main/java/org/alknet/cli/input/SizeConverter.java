package org.alknet.cli.input;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes on the command line, in bytes: a whole number, with its unit if it has one. */
public final class SizeConverter implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,10})(B|KiB|MiB)?");

  /** Creates the converter. */
  public SizeConverter() {}

  @Override
  public Integer convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      String unit = matcher.group(2);
      int shift = unit == null || unit.equals("B") ? 0 : unit.equals("KiB") ? 10 : 20;
      long bytes = Long.parseLong(matcher.group(1)) << shift;
      if (bytes <= Integer.MAX_VALUE) {
        return (int) bytes;
      }
    }
    throw new TypeConversionException("\"" + text + "\" is not a size such as 512, 64KiB or 1MiB");
  }
}
