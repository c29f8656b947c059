package org.alknet.core.connection;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An application-layer protocol name as the TLS handshake carries it (RFC 7301): 1 to 255 bytes,
 * compared byte by byte. One name is one service.
 *
 * <p>Immutable.
 */
public final class Alpn {
  private static final Pattern ALKNET_NAME = Pattern.compile("[a-z][a-z0-9-]*(/v[1-9][0-9]*)?");
  private static final String ALKNET_PREFIX = "alknet/";

  private final byte[] bytes;

  private Alpn(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > 255) {
      throw new IllegalArgumentException(
          "an ALPN has 1 to 255 bytes, this one has " + bytes.length);
    }
    this.bytes = bytes;
  }

  /**
   * Returns the ALPN with the given US-ASCII text.
   *
   * @throws IllegalArgumentException if the text is empty, longer than 255 characters or not ASCII
   */
  public static Alpn of(String ascii) {
    Objects.requireNonNull(ascii, "ascii");
    if (!ascii.chars().allMatch(c -> c < 0x80)) {
      throw new IllegalArgumentException("an ALPN given as text is US-ASCII");
    }
    return new Alpn(ascii.getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns the ALPN with the given bytes, which are copied. */
  public static Alpn ofBytes(byte[] bytes) {
    return new Alpn(bytes.clone());
  }

  /**
   * Returns the project ALPN {@code alknet/<name>}.
   *
   * @param name lowercase letters, digits and hyphens, starting with a letter; a breaking version
   *     may follow as {@code /v2}
   * @throws IllegalArgumentException if the name has another form
   */
  public static Alpn alknet(String name) {
    if (!ALKNET_NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
      throw new IllegalArgumentException(
          "an alknet ALPN name looks like call or call/v2, not \"" + name + "\"");
    }
    return of(ALKNET_PREFIX + name);
  }

  /**
   * Whether a handler may claim this name: a valid {@code alknet/} name, one of {@code h3}, {@code
   * h2}, {@code http/1.1}, or a foreign name with a slash. {@code acme-tls/1} belongs to the
   * endpoint.
   */
  public boolean isRegistrable() {
    String text = toString();
    if (text.startsWith(ALKNET_PREFIX)) {
      return ALKNET_NAME.matcher(text.substring(ALKNET_PREFIX.length())).matches();
    }
    if (equals(Alpns.ACME_TLS)) {
      return false;
    }
    return equals(Alpns.H3)
        || equals(Alpns.H2)
        || equals(Alpns.HTTP_1_1)
        || (text.indexOf('/') > 0 && !text.substring(0, text.indexOf('/')).equals("alknet"));
  }

  /** Returns a copy of the bytes on the wire. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Alpn alpn && Arrays.equals(bytes, alpn.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns printable ASCII as it is and every other byte as {@code \xNN}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      if (b > 0x20 && b < 0x7f && b != '\\') {
        text.append((char) b);
      } else {
        text.append(String.format("\\x%02x", b & 0xff));
      }
    }
    return text.toString();
  }
}
