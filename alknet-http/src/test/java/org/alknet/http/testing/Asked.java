package org.alknet.http.testing;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.identity.Identity;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;

/**
 * A request that came over no connection.
 *
 * @param identity who asks
 * @param credentialRejected whether a token was presented that did not resolve
 */
public record Asked(Optional<Identity> identity, boolean credentialRejected)
    implements HttpExchange {
  @Override
  public String method() {
    return "POST";
  }

  @Override
  public String path() {
    return "/call";
  }

  @Override
  public Optional<String> query() {
    return Optional.empty();
  }

  @Override
  public HttpFields fields() {
    return HttpFields.none();
  }

  @Override
  public byte[] body() {
    return new byte[0];
  }

  @Override
  public Optional<InetSocketAddress> remoteAddress() {
    return Optional.empty();
  }

  @Override
  public CompletionStage<Void> gone() {
    return new CompletableFuture<>();
  }
}
