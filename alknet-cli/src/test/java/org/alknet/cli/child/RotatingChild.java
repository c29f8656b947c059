package org.alknet.cli.child;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.alknet.cli.admin.VaultRotation;
import org.alknet.cli.assembly.ConfiguredVault;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.VaultPassword;
import org.alknet.store.sqlite.SqliteStore;

/** A process that rotates a vault's credentials and is killed by the system on the way. */
public final class RotatingChild {
  private RotatingChild() {}

  /**
   * Rotates.
   *
   * @param arguments the data directory, the version, after how many credentials to be killed, and
   *     how many microseconds of work on the next one are left to it
   */
  public static void main(String[] arguments) throws Exception {
    DataDirectory directory = new DataDirectory(Path.of(arguments[0]));
    Optional<NodeConfig> config =
        Optional.of(NodeConfig.load(directory.root().resolve("alknet.toml"), directory));
    int last = Integer.parseInt(arguments[2]);
    long grace = Long.parseLong(arguments[3]);
    AtomicInteger done = new AtomicInteger();
    try (SqliteStore store = NodeStore.openForCommand(directory, config);
        NodeVault vault =
            ConfiguredVault.unlock(
                config.orElseThrow().vault().orElseThrow(), Optional.empty(), VaultPassword.NONE)) {
      new VaultRotation(store, vault, Long.parseLong(arguments[1]))
          .run(
              List.of(),
              step -> {
                if (done.incrementAndGet() == last) {
                  die(grace);
                }
              });
    }
  }

  private static void die(long graceMicros) {
    Thread killer =
        new Thread(
            () -> {
              LockSupport.parkNanos(graceMicros * 1000);
              kill();
            });
    killer.start();
    if (graceMicros == 0) {
      // Nothing more is done from here on.
      waitForever();
    }
  }

  private static void kill() {
    try {
      String self = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-KILL", self).inheritIO().start().waitFor();
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void waitForever() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
