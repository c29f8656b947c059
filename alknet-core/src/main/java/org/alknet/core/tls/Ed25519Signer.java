package org.alknet.core.tls;

import java.security.GeneralSecurityException;

/**
 * An Ed25519 key that stays where it is, in a vault, a token or another process, and signs there.
 *
 * <p>Implementations are thread-safe. {@link #sign} runs on a transport thread, once for each
 * handshake: what takes long there holds up every connection of that thread.
 */
public interface Ed25519Signer {
  /** Returns the 32 bytes of the public key; always the same. */
  byte[] publicKey();

  /**
   * Signs a message.
   *
   * @return 64 bytes (RFC 8032 section 5.1.6)
   * @throws GeneralSecurityException if the key is not at hand; the handshake fails then
   */
  byte[] sign(byte[] message) throws GeneralSecurityException;
}
