package org.alknet.cli.assembly;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Turns secrets from bytes to characters and back, without a string that nobody can wipe. */
public final class SecretText {
  private static final int MOST_BYTES_PER_CHAR = 3;

  private SecretText() {}

  /**
   * Encodes as UTF-8; half a surrogate pair becomes a question mark.
   *
   * @param text wiped
   * @return the bytes, which the caller wipes
   */
  public static byte[] utf8(char[] text) {
    ByteBuffer encoded = ByteBuffer.allocate(text.length * MOST_BYTES_PER_CHAR);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(text), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(text, '\0');
    return bytes;
  }

  /**
   * Decodes UTF-8.
   *
   * @param utf8 wiped
   * @return the characters, which the caller wipes
   * @throws NodeException if it is no UTF-8
   */
  public static char[] characters(byte[] utf8) throws NodeException {
    CharBuffer text = CharBuffer.allocate(utf8.length);
    try {
      if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), text, true).isError()) {
        throw new NodeException(
            NodeException.Kind.UNSAFE,
            "the secret is no text in UTF-8",
            new CharacterCodingException(),
            List.of());
      }
      return Arrays.copyOf(text.array(), text.position());
    } finally {
      Arrays.fill(text.array(), '\0');
      Arrays.fill(utf8, (byte) 0);
    }
  }
}
