package org.alknet.store.sqlite.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Hints from the operating system about the directory of the database. Watches the directory and
 * opens none of the files in it.
 *
 * <p>Thread-safe. Owns the thread {@code alknet-store-hint} from start to close.
 */
public final class WatchServiceHint implements DirectoryHint {
  private static final Logger LOG = System.getLogger(WatchServiceHint.class.getName());
  private static final long JOIN_MILLIS = 2_000;

  private final Path directory;
  private final Set<String> names;
  private final String proofName;
  private final CountDownLatch proof = new CountDownLatch(1);
  private @Nullable WatchService service;
  private @Nullable Thread thread;

  /** Prepares to watch the directory of this file. */
  public WatchServiceHint(Path database) {
    String name = String.valueOf(database.getFileName());
    this.directory = database.resolveSibling("");
    this.names = Set.of(name, name + "-wal", name + "-journal");
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    this.proofName = ".alknet-watch-" + HexFormat.of().formatHex(random);
  }

  @Override
  public void start(Sink sink) throws IOException {
    Path watched = directory.toAbsolutePath().normalize();
    WatchService opened = watched.getFileSystem().newWatchService();
    service = opened;
    watched.register(
        opened,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    Thread taker = new Thread(() -> takeAll(opened, sink), "alknet-store-hint");
    taker.setDaemon(true);
    taker.start();
    thread = taker;
  }

  @Override
  public boolean prove(long nanos) throws InterruptedException {
    Path file = directory.resolve(proofName);
    try {
      if (!Files.isWritable(directory.toAbsolutePath()) || !FileGuards.create(file)) {
        return false;
      }
      Files.deleteIfExists(file);
      return proof.await(nanos, TimeUnit.NANOSECONDS);
    } catch (IOException | StoreException unwritable) {
      LOG.log(Level.DEBUG, "the directory watch cannot be proved", unwritable);
      return false;
    }
  }

  private void takeAll(WatchService from, Sink sink) {
    try {
      while (true) {
        WatchKey key = from.take();
        for (WatchEvent<?> event : key.pollEvents()) {
          take(event, sink);
        }
        if (!key.reset()) {
          sink.lost("the directory is gone");
          return;
        }
      }
    } catch (ClosedWatchServiceException closed) {
      // The owner closed it; nobody needs to be told.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      sink.lost("interrupted");
    }
  }

  /** Passes one event on, if it is worth a look. */
  void take(WatchEvent<?> event, Sink sink) {
    if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) {
      sink.hint();
      return;
    }
    String name = String.valueOf(event.context());
    if (names.contains(name)) {
      sink.hint();
    } else if (name.equals(proofName)) {
      proof.countDown();
    }
  }

  @Override
  public void close() {
    try {
      if (service != null) {
        service.close();
      }
      if (thread != null) {
        thread.join(JOIN_MILLIS);
      }
    } catch (IOException failed) {
      LOG.log(Level.DEBUG, "the directory watch did not close", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
