package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * The TLS context of a listener, and what keeps its handshakes full. In a resumed handshake the
 * client proves nothing but that it has a ticket, so none must succeed (spec/core.md section 22).
 *
 * <p>The TLS library gives out tickets unasked and has no switch against it. Therefore each engine
 * starts under a new ticket key, so that tickets of earlier connections mean nothing and an honest
 * client falls back to a full handshake; and a handshake in which this side did not sign, which
 * only a resumed one can be, does not count.
 *
 * <p>Thread-safe.
 */
final class ServerTls {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Set<SSLEngine> signed = ConcurrentHashMap.newKeySet();
  private final QuicSslContext context;

  ServerTls(PresentedIdentity identity, List<Alpn> alpns) throws TlsSetupException {
    this.context = TlsContexts.server(identity, alpns, signed::add);
  }

  /** Makes the engine of one connection; {@link #finish} is called when its handshake is over. */
  QuicSslEngine newEngine(ByteBufAllocator allocator) {
    context
        .sessionContext()
        .setTicketKeys(
            new SslSessionTicketKey(
                random(SslSessionTicketKey.NAME_SIZE),
                random(SslSessionTicketKey.HMAC_KEY_SIZE),
                random(SslSessionTicketKey.AES_KEY_SIZE)));
    return context.newEngine(allocator);
  }

  /** Forgets an engine and says whether this side proved its identity in the handshake. */
  boolean finish(SSLEngine engine) {
    return signed.remove(engine);
  }

  /** The context itself, whose engines may be resumed; for tests. */
  QuicSslContext context() {
    return context;
  }

  private static byte[] random(int bytes) {
    byte[] value = new byte[bytes];
    RANDOM.nextBytes(value);
    return value;
  }
}
