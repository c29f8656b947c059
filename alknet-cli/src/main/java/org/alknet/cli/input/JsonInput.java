package org.alknet.cli.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.config.JsonReason;
import org.alknet.cli.context.CliContext;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The input of a call: JSON text, {@code @file} or {@code -} for standard input, extended by {@code
 * key=text} and {@code key:=json} (spec/cli.md section 9.4).
 */
public final class JsonInput {
  /** Most bytes of an input, as many as a frame has. */
  public static final int MAX_BYTES = 64 << 20;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The limits and the exactness of the call protocol, so that nothing changes on the way. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(127)
                          .maxNumberLength(1000)
                          .maxStringLength(MAX_BYTES)
                          .maxNameLength(MAX_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonInput() {}

  /**
   * Returns the input that was described; an empty object if nothing was.
   *
   * @param input text, {@code @file} or {@code -}
   * @param texts pairs {@code key=text}
   * @param values pairs {@code key:=json}
   * @throws CliException if it is no JSON, too long, or cannot be read
   */
  public static JsonNode read(
      CliContext context, Optional<String> input, List<String> texts, List<String> values)
      throws CliException {
    JsonNode base = input.isPresent() ? base(context, input.get()) : JSON.objectNode();
    if (texts.isEmpty() && values.isEmpty()) {
      return base;
    }
    if (!(base instanceof ObjectNode object)) {
      throw usage("-p and -P extend an object, and the input is none");
    }
    for (String pair : texts) {
      int at = separator(pair, "=", "-p KEY=TEXT");
      put(object, pair.substring(0, at), JSON.stringNode(pair.substring(at + 1)));
    }
    for (String pair : values) {
      int at = separator(pair, ":=", "-P KEY:=JSON");
      String key = pair.substring(0, at);
      put(object, key, parse("-P " + key, pair.substring(at + 2)));
    }
    return object;
  }

  private static JsonNode base(CliContext context, String input) throws CliException {
    if (input.equals("-")) {
      return parse("standard input", bytes("standard input", context.in()));
    }
    if (!input.startsWith("@")) {
      return parse("the input", input);
    }
    Path file = context.resolve(input.substring(1));
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), bytes(file.toString(), in));
    } catch (NoSuchFileException missing) {
      throw CliException.of(ExitCodes.MISSING, "no such file: " + file).withCause(missing);
    } catch (IOException failed) {
      throw unreadable(file.toString(), failed);
    }
  }

  private static byte[] bytes(String source, InputStream in) throws CliException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 * 1024];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (bytes.size() + n > MAX_BYTES) {
          throw usage(source + " is longer than 64 MiB");
        }
        bytes.write(buffer, 0, n);
      }
      return bytes.toByteArray();
    } catch (IOException failed) {
      throw unreadable(source, failed);
    }
  }

  /**
   * Reads JSON text with the limits of the call protocol.
   *
   * @throws JacksonException if it is none
   */
  public static JsonNode parse(byte[] text) {
    return MAPPER.readTree(text);
  }

  private static JsonNode parse(String source, String text) throws CliException {
    return parse(source, text.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode parse(String source, byte[] text) throws CliException {
    try {
      JsonNode value = MAPPER.readTree(text);
      if (value.isMissingNode()) {
        throw usage(source + " is empty, not JSON");
      }
      return value;
    } catch (JacksonException broken) {
      String where =
          broken.getLocation() == null
              ? ""
              : " at line "
                  + broken.getLocation().getLineNr()
                  + ", column "
                  + broken.getLocation().getColumnNr();
      throw CliException.of(
              ExitCodes.USAGE,
              source + " is not JSON" + where + ": " + JsonReason.of(broken),
              "Shells eat quotes: put JSON in single quotes, or in a file and use @FILE.")
          .withCause(broken);
    }
  }

  private static int separator(String pair, String separator, String form) throws CliException {
    int at = pair.indexOf(separator);
    if (at <= 0) {
      throw usage("\"" + pair + "\" is not of the form " + form);
    }
    return at;
  }

  private static void put(ObjectNode object, String key, JsonNode value) throws CliException {
    ObjectNode parent = object;
    String[] steps = key.split("\\.", -1);
    for (int i = 0; i < steps.length - 1; i++) {
      JsonNode next = parent.path(steps[i]);
      if (next.isMissingNode()) {
        parent = parent.putObject(steps[i]);
      } else if (next instanceof ObjectNode nested) {
        parent = nested;
      } else {
        throw usage(key + ": \"" + steps[i] + "\" is no object");
      }
    }
    parent.set(steps[steps.length - 1], value);
  }

  private static CliException usage(String message) {
    return CliException.of(ExitCodes.USAGE, message);
  }

  private static CliException unreadable(String source, IOException failed) {
    return CliException.of(ExitCodes.USAGE, "cannot read " + source + ": " + failed.getMessage())
        .withCause(failed);
  }
}
