package org.alknet.store.sqlite;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.alknet.store.sqlite.internal.DirectoryHint;
import org.alknet.store.sqlite.internal.Parker;
import org.alknet.store.sqlite.internal.WatchServiceHint;

/**
 * What a store takes from its surroundings; tests put in what they control.
 *
 * @param clock for times shown to people
 * @param ticker for durations, nanoseconds
 * @param watching how the watcher waits
 * @param pausing how the writer waits between attempts
 * @param hints watches the directory of a file
 * @param maxPages size at which the disk counts as full, 0 for the disk's own
 */
record Wiring(
    Clock clock,
    LongSupplier ticker,
    Parker watching,
    Parker pausing,
    Function<Path, DirectoryHint> hints,
    long maxPages) {
  static Wiring system() {
    return new Wiring(
        Clock.systemUTC(),
        System::nanoTime,
        Parker.system(),
        Parker.system(),
        WatchServiceHint::new,
        0);
  }
}
