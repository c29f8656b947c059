package org.alknet.cli.client;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;

/**
 * Who a client command is: a key of its own, or nobody. Wipes the key on {@link #close()}.
 *
 * <p>Thread-safe.
 */
public final class ClientIdentity implements AutoCloseable {
  private final Optional<Ed25519SecretKey> key;
  private final Optional<AuthToken> token;

  private ClientIdentity(Optional<Ed25519SecretKey> key, Optional<AuthToken> token) {
    this.key = key;
    this.token = token;
  }

  private ClientIdentity(Optional<Ed25519SecretKey> key) {
    this(key, Optional.empty());
  }

  /** Returns this identity with a bearer token, which is copied; takes the place of this object. */
  public ClientIdentity withToken(byte[] value) {
    return new ClientIdentity(key, Optional.of(AuthToken.of(value)));
  }

  /** Returns an identity without a key. */
  public static ClientIdentity nobody() {
    return new ClientIdentity(Optional.empty());
  }

  /** Returns the token that goes with each request. */
  Optional<AuthToken> token() {
    return token;
  }

  /**
   * Returns the identity of a command: nobody if that was asked for, else the key that was named,
   * else {@code operator.key}, else nobody.
   *
   * @param anonymous the option {@code --anonymous}
   * @param file the option {@code --identity}
   * @throws NodeException if the key cannot be used
   */
  public static ClientIdentity of(Invocation invocation, boolean anonymous, Optional<Path> file)
      throws NodeException {
    if (anonymous) {
      return new ClientIdentity(Optional.empty());
    }
    if (file.isPresent()) {
      return new ClientIdentity(Optional.of(KeyFiles.load(file.get())));
    }
    Path operator = invocation.dataDirectory().operatorKey();
    return new ClientIdentity(
        Files.exists(operator) ? Optional.of(KeyFiles.load(operator)) : Optional.empty());
  }

  /** Returns how to present this identity in a handshake. */
  Optional<TlsIdentity> tlsIdentity() {
    return key.map(TlsIdentity.RawKey::new);
  }

  /** Returns its fingerprint, unless it is nobody. */
  public Optional<String> fingerprint() {
    return key.map(Ed25519SecretKey::fingerprint);
  }

  @Override
  public void close() {
    key.ifPresent(Ed25519SecretKey::destroy);
    token.ifPresent(AuthToken::destroy);
  }
}
