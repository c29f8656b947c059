package org.alknet.cli.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Standard output: UTF-8 whatever the locale, and unlike {@link java.io.PrintStream} it notices
 * when nobody reads any more.
 *
 * <p>Thread-safe.
 */
public final class ResultStream {
  private final OutputStream out;

  /** Writes to this stream, buffered. */
  public ResultStream(OutputStream out) {
    this.out = new BufferedOutputStream(out, 8192);
  }

  /**
   * Writes text and a line end.
   *
   * @throws BrokenPipeException if nobody reads any more
   * @throws IOException if it cannot be written for another reason, such as a full disk
   */
  public void line(String text) throws IOException {
    raw((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes as they are; the caller wipes them if they are secret.
   *
   * @throws IOException as {@link #line}
   */
  public synchronized void raw(byte[] bytes) throws IOException {
    try {
      out.write(bytes);
    } catch (IOException failure) {
      throw classify(failure);
    }
  }

  /**
   * Hands everything written so far to the reader.
   *
   * @throws IOException as {@link #line}
   */
  public synchronized void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException failure) {
      throw classify(failure);
    }
  }

  private static IOException classify(IOException failure) {
    // "Broken pipe" on POSIX systems; "The pipe is being closed" or "has been ended" on Windows.
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("pipe") ? new BrokenPipeException(failure) : failure;
  }
}
