package org.alknet.cli.assembly;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The right to serve from a data directory: a lock on {@code run/serve.lock}, which the system
 * takes back when the process is gone. The file stays, for its removal would let two processes lock
 * two files of the same name.
 *
 * <p>Not thread-safe.
 */
final class ServeLock implements AutoCloseable {
  private final FileChannel channel;

  private ServeLock(FileChannel channel) {
    this.channel = channel;
  }

  static ServeLock take(DataDirectory directory) throws NodeException {
    Path file = directory.run().resolve("serve.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel)) {
        return new ServeLock(channel);
      }
      channel.close();
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.CANNOT_START,
          "cannot lock " + file + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
    String who =
        RunState.ofRunningNode(directory)
            .map(state -> " (process " + state.pid() + ", " + state.addresses().get(0) + ")")
            .orElse("");
    throw new NodeException(
        NodeException.Kind.CANNOT_START,
        "a node is already running on " + directory + who,
        "Stop it first, or give this one a directory of its own with --data-dir DIR.");
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException thisProcess) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
