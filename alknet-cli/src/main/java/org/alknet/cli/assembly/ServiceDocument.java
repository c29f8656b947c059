package org.alknet.cli.assembly;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.alknet.call.adapter.AdapterException;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundReply;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.openapi.OpenApiDocument;
import org.alknet.http.server.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAPI document and where it comes from.
 *
 * <p>Immutable.
 *
 * @param document what it says
 * @param url where it was fetched, if it is no file
 */
public record ServiceDocument(OpenApiDocument document, Optional<URI> url) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 4 * OpenApiDocument.MAX_CHARACTERS;

  /**
   * Reads a file.
   *
   * @throws NodeException if it cannot be read, or is no OpenAPI 3 document
   */
  public static ServiceDocument read(Path file) throws NodeException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw failure(file + " is too large", null);
      }
      return parse(Files.readAllBytes(file), file.toString(), Optional.empty());
    } catch (IOException unreadable) {
      throw failure("cannot read " + file + ": " + PrivateFiles.reason(unreadable), unreadable);
    }
  }

  /**
   * Fetches a document over https; no credential is sent.
   *
   * @throws NodeException if it cannot be had, or is no OpenAPI 3 document
   */
  public static ServiceDocument fetch(URI url, OutboundHttpClient client) throws NodeException {
    if (!"https".equals(url.getScheme()) || url.getHost() == null) {
      throw failure("a document elsewhere has an https address, not " + url, null);
    }
    OutboundRequest request =
        new OutboundRequest(
            "GET",
            url,
            "document",
            HttpFields.of("Accept", "application/json, application/yaml, */*"),
            new byte[0],
            Optional.of(LIMIT));
    OutboundReply reply;
    try {
      reply = client.send(request).toCompletableFuture().join();
    } catch (CompletionException unreachable) {
      Throwable cause = unreachable.getCause() == null ? unreachable : unreachable.getCause();
      throw failure("cannot fetch " + url + ": " + reason(cause), unreachable);
    }
    if (reply.status() != 200) {
      throw failure("cannot fetch " + url + ": status " + reply.status(), null);
    }
    return parse(reply.body(), url.toString(), Optional.of(url));
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ConnectException) {
      return "nothing answers there";
    }
    if (cause instanceof HttpTimeoutException || cause instanceof TimeoutException) {
      return "no answer in time";
    }
    if (cause instanceof SSLException) {
      return "no trusted connection: " + cause.getMessage();
    }
    return cause.getMessage() == null ? "the exchange failed" : cause.getMessage();
  }

  private static ServiceDocument parse(byte[] bytes, String name, Optional<URI> url)
      throws NodeException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new ServiceDocument(OpenApiDocument.parse(text), url);
    } catch (CharacterCodingException malformed) {
      throw failure(name + " is no text in UTF-8", malformed);
    } catch (AdapterException malformed) {
      throw failure(name + ": " + malformed.getMessage(), malformed);
    }
  }

  /**
   * Returns where the document says the service is. One that was fetched may only name its own
   * origin: it could otherwise send a credential wherever it likes.
   */
  public Optional<URI> baseUrl() {
    for (URI server : document.servers()) {
      URI address = url.isPresent() ? url.get().resolve(server) : server;
      boolean web =
          ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
              && address.getHost() != null
              && address.getRawQuery() == null
              && address.getRawUserInfo() == null
              && address.getRawFragment() == null;
      if (web && (url.isEmpty() || isSameOrigin(url.get(), address))) {
        return Optional.of(address);
      }
    }
    return Optional.empty();
  }

  private static boolean isSameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getRawAuthority().equalsIgnoreCase(other.getRawAuthority());
  }

  private static NodeException failure(String message, @Nullable Throwable cause) {
    return new NodeException(NodeException.Kind.CONFIGURATION, message, cause, List.of());
  }
}
