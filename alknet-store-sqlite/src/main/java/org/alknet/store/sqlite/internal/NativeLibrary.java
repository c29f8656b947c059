package org.alknet.store.sqlite.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite. The driver unpacks it into a directory first; ours is beside the store, because the
 * system's temporary directory may forbid execution (spec/store-sqlite.md section 7.4).
 */
public final class NativeLibrary {
  private static final String DIRECTORY = "org.sqlite.tmpdir";

  private NativeLibrary() {}

  /**
   * Loads the library, once for the process.
   *
   * @throws StoreException.Backend if it cannot be loaded
   */
  public static synchronized void load(Path dataDirectory) throws StoreException {
    try {
      if (System.getProperty(DIRECTORY) == null && Files.isWritable(dataDirectory)) {
        Path unpacked = dataDirectory.resolve("native");
        FileGuards.prepareDirectory(unpacked, true);
        System.setProperty(DIRECTORY, unpacked.toString());
      }
      if (!SQLiteJDBCLoader.initialize()) {
        throw failed("no library for this platform", null);
      }
    } catch (StoreException refused) {
      throw refused;
    } catch (IOException | LinkageError refused) {
      throw failed(refused.toString(), refused);
    } catch (Exception refused) {
      // The loader declares no narrower type.
      throw failed(refused.toString(), refused);
    }
  }

  private static StoreException failed(String reason, @Nullable Throwable cause) {
    return new StoreException.Backend(
        "sqlite native library: " + reason + "; set " + DIRECTORY, cause);
  }
}
