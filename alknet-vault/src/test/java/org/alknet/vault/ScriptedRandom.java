package org.alknet.vault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.alknet.vault.internal.RandomSource;

/** Hands out prepared arrays in order and fails when asked for anything else. */
final class ScriptedRandom implements RandomSource {
  private final Deque<byte[]> script = new ArrayDeque<>();
  private final List<Integer> requests = new ArrayList<>();

  ScriptedRandom(byte[]... outputs) {
    script.addAll(List.of(outputs));
  }

  @Override
  public void fill(byte[] target) {
    requests.add(target.length);
    byte[] next = script.remove();
    if (next.length != target.length) {
      throw new AssertionError("asked for " + target.length + " bytes, scripted " + next.length);
    }
    System.arraycopy(next, 0, target, 0, next.length);
  }

  List<Integer> requests() {
    return requests;
  }
}
