package org.alknet.core.handler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.connection.Alpn;

/**
 * The services of an endpoint, fixed before it starts because the TLS configuration follows from
 * them. The order of registration is the order in which the server prefers them when a client
 * offers several.
 *
 * <p>Immutable.
 */
public final class HandlerRegistry {
  private final Map<Alpn, ProtocolHandler> handlers;

  private HandlerRegistry(Map<Alpn, ProtocolHandler> handlers) {
    this.handlers = handlers;
  }

  /** Returns a registry without handlers: enough for an endpoint that only dials. */
  public static HandlerRegistry empty() {
    return builder().build();
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Finds the handler of exactly this ALPN. */
  public Optional<ProtocolHandler> find(Alpn alpn) {
    return Optional.ofNullable(handlers.get(alpn));
  }

  /** Returns the registered ALPNs in the order of registration. */
  public List<Alpn> alpns() {
    return List.copyOf(handlers.keySet());
  }

  @Override
  public String toString() {
    return "HandlerRegistry" + handlers.keySet();
  }

  /** Collects handlers. Not thread-safe. */
  public static final class Builder {
    private final Map<Alpn, ProtocolHandler> handlers = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a handler under its ALPN.
     *
     * @throws IllegalArgumentException if the ALPN is taken, reserved or malformed
     */
    public Builder register(ProtocolHandler handler) {
      Alpn alpn = Objects.requireNonNull(handler.alpn(), "handler.alpn()");
      if (!alpn.isRegistrable()) {
        throw new IllegalArgumentException(
            "a handler may not claim ALPN "
                + alpn
                + ": use alknet/<name>, h3, h2, http/1.1 or a name with a slash of your own");
      }
      if (handlers.containsKey(alpn)) {
        throw new IllegalArgumentException("ALPN already registered: " + alpn);
      }
      handlers.put(alpn, handler);
      return this;
    }

    /** Returns the registry. */
    public HandlerRegistry build() {
      return new HandlerRegistry(new LinkedHashMap<>(handlers));
    }
  }
}
