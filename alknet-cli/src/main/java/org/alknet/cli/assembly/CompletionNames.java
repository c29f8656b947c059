package org.alknet.cli.assembly;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names a shell completes, as a command that listed them found them: plain text files of this user,
 * so that looking them up needs no library (spec/cli.md section 14).
 *
 * <p>What a remote calls its operations may be anything, and a shell would be handed it: only names
 * of letters, digits and {@code . _ / @ + -} that do not begin with a hyphen are written, and only
 * those are read.
 *
 * <p>Immutable.
 */
public final class CompletionNames {
  /** What the names are of. */
  public enum Kind {
    /** Operations of a remote. */
    OPERATIONS,
    /** Peers of the store or of the configuration. */
    PEERS,
    /** Stored credentials. */
    CREDENTIALS
  }

  /**
   * What was found.
   *
   * @param names in their order; none if nobody listed them, or long ago
   * @param fresh whether they may be taken for what there is now
   */
  public record Found(List<String> names, boolean fresh) {
    /** Copies. */
    public Found {
      names = List.copyOf(names);
    }
  }

  /** As long as this a name is taken for what there is. */
  static final Duration FRESH = Duration.ofSeconds(60);

  /** An older name is better than none, while somebody asks for newer ones. */
  static final Duration USABLE = Duration.ofHours(1);

  private static final Duration ASKED = Duration.ofSeconds(10);
  private static final int MOST_NAMES = 4096;
  private static final int MOST_FILES = 64;
  private static final int LONGEST = 255;
  private static final long MAX_BYTES = 1 << 20;

  private final DataDirectory directory;
  private final Clock clock;

  /** Keeps names in a data directory. */
  public CompletionNames(DataDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Returns whose operations are meant, for {@link Kind#OPERATIONS}.
   *
   * @param remote as it is named
   * @param identity the key that is presented, if it is not the usual one
   */
  public static String caller(Optional<String> remote, Optional<Path> identity) {
    return remote.orElse("") + identity.map(file -> "\n" + file).orElse("");
  }

  /** Whether a shell can be handed this: a plain word, and no option. */
  public static boolean isPlain(String name) {
    if (name.isEmpty() || name.length() > LONGEST || name.charAt(0) == '-') {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && "._/@+-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads names.
   *
   * @param of whose they are; empty for the usual one
   */
  public Found read(Kind kind, String of) {
    Path file = file(kind, of);
    try {
      if (!Files.isRegularFile(file)
          || Files.size(file) > MAX_BYTES
          || PrivateFiles.writableByOthers(file)) {
        return new Found(List.of(), false);
      }
      FileTime written = Files.getLastModifiedTime(file);
      Duration age = Duration.between(written.toInstant(), clock.instant());
      if (age.compareTo(USABLE) > 0) {
        return new Found(List.of(), false);
      }
      List<String> names =
          new String(Files.readAllBytes(file), StandardCharsets.US_ASCII)
              .lines()
              .filter(CompletionNames::isPlain)
              .limit(MOST_NAMES)
              .toList();
      return new Found(names, age.compareTo(FRESH) < 0 && !changedSince(kind, written));
    } catch (IOException | NodeException unreadable) {
      tell("cannot read " + file, unreadable);
      return new Found(List.of(), false);
    }
  }

  /** Peers and credentials change in a file of this directory. */
  private boolean changedSince(Kind kind, FileTime written) throws IOException {
    if (kind == Kind.OPERATIONS) {
      return false;
    }
    for (String suffix : new String[] {"", "-wal"}) {
      Path file = directory.store().resolveSibling(directory.store().getFileName() + suffix);
      if (Files.exists(file) && Files.getLastModifiedTime(file).compareTo(written) > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Keeps names, if there is a data directory; that it cannot is nobody's trouble but the log's.
   */
  public void write(Kind kind, String of, Collection<String> names) {
    if (!directory.exists()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    names.stream()
        .filter(CompletionNames::isPlain)
        .sorted()
        .distinct()
        .limit(MOST_NAMES)
        .forEach(name -> lines.append(name).append('\n'));
    try {
      PrivateFiles.createDirectory(room());
      PrivateFiles.replace(file(kind, of), lines.toString().getBytes(StandardCharsets.US_ASCII));
      makeRoom();
    } catch (IOException failed) {
      tell("cannot write " + file(kind, of), failed);
    }
  }

  /**
   * Whether somebody should ask for newer names: not if somebody else began to, a moment ago. Says
   * so once.
   */
  public boolean claim(Kind kind, String of) {
    Path mark = room().resolve(file(kind, of).getFileName() + ".asked");
    try {
      if (!directory.exists()) {
        return false;
      }
      boolean asked =
          Files.exists(mark)
              && Duration.between(Files.getLastModifiedTime(mark).toInstant(), clock.instant())
                      .compareTo(ASKED)
                  < 0;
      if (!asked) {
        PrivateFiles.createDirectory(room());
        PrivateFiles.replace(mark, new byte[0]);
      }
      return !asked;
    } catch (IOException failed) {
      tell("cannot write " + mark, failed);
      return false;
    }
  }

  private void makeRoom() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(room())) {
      files = new ArrayList<>(all.toList());
    }
    if (files.size() > MOST_FILES) {
      List<FileTime> times = new ArrayList<>();
      for (Path file : files) {
        times.add(Files.getLastModifiedTime(file));
      }
      Path oldest = files.get(times.indexOf(times.stream().min(Comparator.naturalOrder()).get()));
      Files.deleteIfExists(oldest);
    }
  }

  /** Not a logger of the class: making one takes longer than everything else here. */
  private static void tell(String what, Exception failure) {
    System.getLogger(CompletionNames.class.getName()).log(Level.DEBUG, what, failure);
  }

  private Path room() {
    return directory.root().resolve("completion");
  }

  private Path file(Kind kind, String of) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return room().resolve(of.isEmpty() ? name : name + "-" + digest(of));
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
