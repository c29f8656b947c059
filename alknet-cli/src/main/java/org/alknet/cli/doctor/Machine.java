package org.alknet.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The computer a node runs on, as far as it tells about itself.
 *
 * <p>Immutable.
 *
 * @param proc what Linux says of itself; nothing on other systems
 * @param clock what time it is
 */
public record Machine(Path proc, Clock clock) {
  private static final int LONGEST_NUMBER = 64;

  /** Refuses null. */
  public Machine {
    Objects.requireNonNull(proc, "proc");
    Objects.requireNonNull(clock, "clock");
  }

  /** Returns this computer. */
  public static Machine real() {
    return new Machine(Path.of("/proc"), Clock.systemUTC());
  }

  /** A file system, and how it is mounted. */
  record Mount(String type, List<String> options) {}

  /** Returns what a path that exists is on; empty if the system does not tell. */
  Optional<Mount> mountOf(Path path) throws IOException {
    Path table = proc.resolve("mounts");
    if (!Files.isReadable(table)) {
      return Optional.empty();
    }
    Path real = path.toRealPath();
    int longest = -1;
    Optional<Mount> found = Optional.empty();
    for (String line : Files.readAllLines(table)) {
      String[] fields = line.split(" ", -1);
      // The deepest mount point that leads to a path counts, and of several there the last.
      if (fields.length > 3) {
        Path point = Path.of(unescaped(fields[1]));
        if (real.startsWith(point) && point.getNameCount() >= longest) {
          longest = point.getNameCount();
          found = Optional.of(new Mount(fields[2], List.of(fields[3].split(",", -1))));
        }
      }
    }
    return found;
  }

  /** A blank is written as its number, in octal. */
  private static String unescaped(String field) {
    return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  /** Returns a number of the kernel; empty if the system does not tell. */
  Optional<Long> setting(String name) throws IOException {
    Path file = proc.resolve("sys").resolve(name);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    // The kernel tells a number in the first read and nothing in later ones, so one has to do.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(LONGEST_NUMBER);
      return Optional.of(Long.parseLong(new String(text, StandardCharsets.US_ASCII).strip()));
    }
  }
}
