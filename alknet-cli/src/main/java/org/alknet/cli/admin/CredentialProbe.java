package org.alknet.cli.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.jspecify.annotations.Nullable;

/**
 * Shows a credential to the service it is for, once: a GET with the credential in a header. Follows
 * no redirect, which might lead to somebody else, and reads no answer beyond its status. Blocks.
 */
public final class CredentialProbe {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final String AUTHORIZATION = "Authorization";

  private CredentialProbe() {}

  /**
   * Reads an address a credential may be sent to.
   *
   * @throws CliException if it is none, or if others could read along on the way
   */
  public static URI address(String url) throws CliException {
    try {
      URI address = URI.create(url);
      boolean secure = "https".equalsIgnoreCase(address.getScheme());
      boolean here =
          "http".equalsIgnoreCase(address.getScheme()) && isThisMachine(address.getHost());
      if (address.getHost() != null && address.getUserInfo() == null && (secure || here)) {
        return address;
      }
    } catch (IllegalArgumentException unreadable) {
      throw CliException.of(ExitCodes.USAGE, "not a URL: " + url).withCause(unreadable);
    }
    throw CliException.of(
        ExitCodes.USAGE,
        "a credential is not sent to " + url,
        "An address is https://HOST/…; http:// goes to this machine only.");
  }

  /** Names are not looked up: what answers for a name may change. */
  private static boolean isThisMachine(@Nullable String host) {
    return host != null && host.matches("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
  }

  /**
   * Sends it.
   *
   * @param header the header that holds nothing but the credential; empty for a bearer token
   * @return the status of the answer
   * @throws CliException if there is no answer, or the credential fits into no header
   */
  public static int send(URI address, Optional<String> header, char[] credential)
      throws CliException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(LIMIT).GET();
    try {
      String value = new String(credential);
      request.setHeader(
          header.orElse(AUTHORIZATION), header.isPresent() ? value : "Bearer " + value);
    } catch (IllegalArgumentException unfit) {
      // Its message would show the credential, so it is no cause either.
      throw CliException.of(
          ExitCodes.UNSAFE, "the credential, or the name of the header, fits into no header");
    }
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      HttpResponse<InputStream> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close();
      return answer.statusCode();
    } catch (HttpTimeoutException late) {
      throw failure(
          ExitCodes.TIMEOUT, address, "no answer within " + LIMIT.toSeconds() + " s", late);
    } catch (SSLException distrusted) {
      throw failure(ExitCodes.NOT_TRUSTED, address, "its certificate is not trusted", distrusted);
    } catch (IOException failed) {
      throw failure(ExitCodes.CANNOT_CONNECT, address, "it cannot be reached", failed);
    }
  }

  private static CliException failure(int code, URI address, String why, Exception cause) {
    return CliException.of(code, address.getHost() + ": " + why).withCause(cause);
  }
}
