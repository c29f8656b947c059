package org.alknet.core.internal.tls;

import java.security.GeneralSecurityException;

/**
 * Signs handshake transcripts, so that private keys never reach the native library: a key it cannot
 * parse would crash the process.
 *
 * <p>Implementations are thread-safe.
 */
@FunctionalInterface
public interface HandshakeSigner {
  /**
   * Signs.
   *
   * @param scheme TLS signature scheme (RFC 8446 section 4.2.3)
   * @throws GeneralSecurityException if the key cannot sign under that scheme
   */
  byte[] sign(int scheme, byte[] transcript) throws GeneralSecurityException;
}
