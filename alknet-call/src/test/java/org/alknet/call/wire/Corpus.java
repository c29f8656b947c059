package org.alknet.call.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The committed inputs of a fuzz test and what a seed makes of them. Whatever broke us once is
 * added as a file.
 */
public final class Corpus {
  private static final List<String> TOKENS =
      List.of("{", "}", "[", "]", "\"", ",", ":", "null", "1e9", "\\ud800", "\\", "\u0000");

  private final Map<String, byte[]> inputs = new TreeMap<>();

  /** Reads the inputs of a test. */
  public Corpus(Class<?> test) {
    Path folder =
        Path.of("src/test/resources", test.getPackageName().replace('.', '/'))
            .resolve(test.getSimpleName() + "Inputs");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        inputs.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Returns the inputs by name. */
  public Map<String, byte[]> inputs() {
    return inputs;
  }

  /** Returns one of the inputs after a few random changes. */
  public byte[] mutant(Random random) {
    byte[] bytes = any(random);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes = change(bytes, random);
    }
    return bytes;
  }

  private byte[] any(Random random) {
    return List.copyOf(inputs.values()).get(random.nextInt(inputs.size()));
  }

  private byte[] change(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + random.nextInt(16));
    return switch (random.nextInt(5)) {
      case 0 -> {
        byte[] changed = bytes.clone();
        if (at < changed.length) {
          changed[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield changed;
      }
      case 1 -> replace(bytes, at, end, new byte[0]);
      case 2 -> replace(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      case 3 -> {
        String token = TOKENS.get(random.nextInt(TOKENS.size()));
        yield replace(bytes, at, end, token.getBytes(StandardCharsets.UTF_8));
      }
      default -> {
        byte[] other = any(random);
        yield replace(bytes, at, end, Arrays.copyOf(other, Math.min(other.length, 200)));
      }
    };
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
    byte[] changed = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, changed, 0, from);
    System.arraycopy(by, 0, changed, from, by.length);
    System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
    return changed;
  }
}
