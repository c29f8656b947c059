package org.alknet.call.internal.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/** An executor that keeps its tasks until a test runs them, in the order a seed decides. */
final class Steps implements Executor {
  private final Random random;
  private final List<Runnable> tasks = new ArrayList<>();

  Steps(Random random) {
    this.random = random;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** Runs one task; false if there is none. */
  boolean runOne() {
    if (tasks.isEmpty()) {
      return false;
    }
    int index = random.nextInt(tasks.size());
    Runnable task = tasks.get(index);
    Runnable last = tasks.remove(tasks.size() - 1);
    if (index < tasks.size()) {
      tasks.set(index, last);
    }
    task.run();
    return true;
  }
}
