package org.alknet.http.internal.site;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;

/**
 * The static site of a decoy. A path is decoded once, and what it leads to is read only if its real
 * path is below the real root, so neither dots nor links lead out (spec/http.md section 8.3).
 *
 * <p>Thread-safe. Blocks on files: called on workers only.
 */
final class StaticFiles implements HttpRouteHandler {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("htm", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "application/javascript"),
          Map.entry("json", "application/json"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff", "font/woff"),
          Map.entry("woff2", "font/woff2"));

  private final Path root;
  private final Executor workers;

  /**
   * Serves a directory.
   *
   * @throws IllegalArgumentException if it is none
   */
  StaticFiles(Path root, Executor workers) {
    try {
      this.root = root.toRealPath();
    } catch (IOException missing) {
      throw new IllegalArgumentException("the static site has no directory " + root, missing);
    }
    if (!Files.isDirectory(this.root)) {
      throw new IllegalArgumentException("the static site is no directory: " + root);
    }
    this.workers = workers;
  }

  @Override
  public CompletionStage<HttpReply> handle(HttpExchange exchange) {
    return CompletableFuture.completedFuture(reply(exchange));
  }

  private HttpReply reply(HttpExchange exchange) {
    if (!exchange.method().equals("GET")) {
      return Pages.of(405);
    }
    Optional<Path> file = find(exchange.path());
    if (file.isEmpty()) {
      return Pages.of(404);
    }
    try {
      return reply(exchange, file.get());
    } catch (IOException unreadable) {
      return Pages.of(404);
    }
  }

  private HttpReply reply(HttpExchange exchange, Path file) throws IOException {
    BasicFileAttributes about = Files.readAttributes(file, BasicFileAttributes.class);
    Instant modified = about.lastModifiedTime().toInstant();
    String tag =
        "\""
            + Long.toHexString(modified.getEpochSecond())
            + "-"
            + Long.toHexString(about.size())
            + "\"";
    String date = HTTP_DATE.format(modified);
    HttpFields fields = HttpFields.of("Last-Modified", date).with("ETag", tag);
    if (isKnown(exchange.fields(), tag, date)) {
      return HttpReply.bytes(304, fields, new byte[0]);
    }
    HttpFields described =
        HttpFields.of("Content-Type", type(file))
            .with("Content-Length", Long.toString(about.size()))
            .and(fields);
    return HttpReply.stream(200, described, new FilePieces(file, about.size(), workers));
  }

  /** Whether the client has it; by the date only if it names no tag (RFC 9110 section 13.1.3). */
  private static boolean isKnown(HttpFields request, String tag, String date) {
    return request.contains("If-None-Match")
        ? request.all("If-None-Match").stream().anyMatch(seen -> names(seen, tag))
        : request.first("If-Modified-Since").filter(date::equals).isPresent();
  }

  private static boolean names(String seen, String tag) {
    for (String one : seen.split(",", -1)) {
      String stripped = one.strip();
      if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Path> find(String path) {
    Optional<String> decoded = decode(path);
    if (decoded.isEmpty()) {
      return Optional.empty();
    }
    Path wanted = root;
    try {
      for (String segment : decoded.get().split("/", -1)) {
        if (!isPlain(segment)) {
          return Optional.empty();
        }
        wanted = wanted.resolve(segment);
      }
      Path real = wanted.toRealPath();
      if (Files.isDirectory(real)) {
        real = real.resolve("index.html").toRealPath();
      } else if (path.endsWith("/")) {
        return Optional.empty();
      }
      return real.startsWith(root) && Files.isRegularFile(real)
          ? Optional.of(real)
          : Optional.empty();
    } catch (IOException | InvalidPathException missing) {
      return Optional.empty();
    }
  }

  /** Whether a segment names one thing in its directory, and nothing hidden. */
  private static boolean isPlain(String segment) {
    return (!segment.startsWith(".") || segment.equals(".well-known"))
        && segment.indexOf('\\') < 0
        && segment.indexOf('\0') < 0
        && !segment.matches("[A-Za-z]:.*");
  }

  private static Optional<String> decode(String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '%') {
        bytes.write(c);
        continue;
      }
      int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
      int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0 || high * 16 + low == '/') {
        return Optional.empty();
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  private static String type(Path file) {
    String name = file.toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(extension, "application/octet-stream");
  }
}
