package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.StoreException;
import org.alknet.store.sqlite.SqliteStore;

/**
 * Makes a library ready on a thread of its own while a command reads its configuration: a command
 * that does one thing spends most of its time on loading classes, and other processors are idle.
 * Whoever uses the library waits for the rest, and is told what is wrong with it; nothing is told
 * here.
 *
 * <p>Thread-safe.
 */
public final class HeadStart {
  private static final Logger LOG = System.getLogger(HeadStart.class.getName());

  private HeadStart() {}

  /** Loads the library of the store, if there is a store in its usual place. */
  public static void store(DataDirectory directory) {
    Path file = NodeStore.file(directory, Optional.empty());
    if (Files.exists(file)) {
      start(
          "store",
          () -> {
            try {
              directory.check();
              SqliteStore.loadLibrary(file);
            } catch (NodeException | StoreException refused) {
              LOG.log(Level.DEBUG, "whoever opens the store is told", refused);
            }
          });
    }
  }

  /** Loads what reads JSON and checks it against schemas. */
  public static void schemas() {
    start("schemas", OperationRegistry::empty);
  }

  private static void start(String what, Runnable work) {
    Thread thread = new Thread(work, "alknet-head-start-" + what);
    thread.setDaemon(true);
    thread.start();
  }
}
