package org.alknet.call.wire;

import java.util.Random;

/** JSON texts from a seed, with apostrophes for quotation marks. */
final class RandomJson {
  private RandomJson() {}

  static String value(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(random.nextBoolean());
      case 2 -> Long.toString(random.nextLong());
      case 3 -> random.nextInt(1000) + "." + random.nextInt(1000) + "e-" + random.nextInt(40);
      case 4, 5 -> "'" + text(random) + "'";
      case 6 -> array(random, depth);
      default -> object(random, depth);
    };
  }

  private static String array(Random random, int depth) {
    StringBuilder text = new StringBuilder("[");
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append(value(random, depth - 1));
    }
    return text.append("]").toString();
  }

  private static String object(Random random, int depth) {
    StringBuilder text = new StringBuilder("{");
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append("'k").append(i).append("':");
      text.append(value(random, depth - 1));
    }
    return text.append("}").toString();
  }

  private static String text(Random random) {
    String alphabet = "abc é€😀\\n\\u0000 xyz 0123";
    int start = random.nextInt(4);
    return alphabet.substring(0, start) + "é€😀".repeat(random.nextInt(50));
  }
}
