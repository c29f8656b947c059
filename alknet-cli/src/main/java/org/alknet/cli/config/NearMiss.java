package org.alknet.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name somebody probably meant. */
public final class NearMiss {
  private static final int LONGEST = 64;

  private NearMiss() {}

  /** Returns {@code ; did you mean "x"?}, or nothing if no name is near. */
  public static String hint(String written, Collection<String> names) {
    return of(written, names).map(name -> "; did you mean \"" + name + "\"?").orElse("");
  }

  /** Returns the name that is near, if one is. */
  public static Optional<String> of(String written, Collection<String> names) {
    return written.length() > LONGEST
        ? Optional.empty()
        : names.stream()
            .filter(name -> distance(plain(written), plain(name)) <= Math.max(1, name.length() / 4))
            .min(Comparator.comparingInt(name -> distance(plain(written), plain(name))));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Edits that turn one text into the other; swapping two neighbours counts as one. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
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
