package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Lines at the end of a file, mode 0600, that makes way for a new one when it is full: {@code
 * audit.log} becomes {@code audit.log.1}, and so on up to {@value #KEPT}, the oldest being lost.
 * The file is opened for each batch, so that another program may move it away at any time.
 *
 * <p>Not thread-safe.
 */
final class RotatingFile {
  /** When a file is full. */
  static final long MAX_BYTES = 16L << 20;

  /** Full files that are kept. */
  static final int KEPT = 4;

  private final Path file;
  private final long maxBytes;

  RotatingFile(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /** Writes the lines, each with its end. */
  void append(List<String> lines) throws IOException {
    byte[] text = text(lines);
    if (Files.exists(file)) {
      long size = Files.size(file);
      if (size > 0 && size + text.length > maxBytes) {
        rotate();
      }
    }
    try (FileChannel channel = PrivateFiles.openToAppend(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static byte[] text(List<String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void rotate() throws IOException {
    for (int i = KEPT; i > 0; i--) {
      Path older = i == 1 ? file : numbered(i - 1);
      if (Files.exists(older)) {
        Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }
}
