package org.alknet.cli;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.alknet.cli.output.ResultStream;

/** Lets picocli print help and version where results go. */
final class ResultWriter extends Writer {
  private final ResultStream out;

  ResultWriter(ResultStream out) {
    this.out = out;
  }

  @Override
  public void write(char[] buffer, int offset, int length) throws IOException {
    out.raw(new String(buffer, offset, length).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
