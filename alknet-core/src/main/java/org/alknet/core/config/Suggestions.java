package org.alknet.core.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name somebody probably meant. */
final class Suggestions {
  private static final int MAX_LENGTH = 64;

  private Suggestions() {}

  /** Returns {@code ; did you mean "x"?}, or nothing if no name is near. */
  static String hint(String written, Collection<String> names) {
    return nearest(written, names).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  static Optional<String> nearest(String written, Collection<String> names) {
    if (written.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String plain = plain(written);
    return names.stream()
        .filter(name -> distance(plain, plain(name)) <= tolerance(name))
        .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
  }

  /**
   * Writing {@code keepAlive} or {@code keep-alive} for {@code keep_alive} is no mistake to count.
   */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[_-]", "");
  }

  private static int tolerance(String name) {
    return name.length() < 6 ? 1 : name.length() < 12 ? 2 : 3;
  }

  /** Edit distance in which swapping two neighbours counts as one change. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
