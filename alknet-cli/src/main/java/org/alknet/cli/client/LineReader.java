package org.alknet.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.alknet.cli.input.JsonInput;

/** Reads lines of bytes, none of which may be longer than a frame. Not thread-safe. */
final class LineReader {
  private static final int MAX_BYTES = JsonInput.MAX_BYTES;

  private final BufferedInputStream in;
  private long number;

  LineReader(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** Returns the next line without its end; empty at the end of the input. */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int c = in.read();
    if (c < 0) {
      return Optional.empty();
    }
    number++;
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.size() == MAX_BYTES) {
        throw new IOException("line " + number + " is longer than 64 MiB");
      }
      line.write(c);
    }
    return Optional.of(line.toByteArray());
  }

  /** Returns the number of the line that was read last. */
  long number() {
    return number;
  }

  static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b > ' ' || b < 0) {
        return false;
      }
    }
    return true;
  }
}
