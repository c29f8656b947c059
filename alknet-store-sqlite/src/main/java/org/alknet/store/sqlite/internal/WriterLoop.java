package org.alknet.store.sqlite.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes: operations in the order of their submission, those that wait at the
 * same time in one transaction (spec/store-sqlite.md section 12, ADR 205).
 *
 * <p>Thread-safe. Owns the thread {@code alknet-store-writer} and the writing session.
 */
public final class WriterLoop {
  /** Operations that wait; one more is refused. */
  public static final int MAX_QUEUED = 256;

  /** Operations that share a commit at most, so that writers of other processes get their turn. */
  static final int MAX_TOGETHER = 32;

  /** What callers are told when the queue has no room. */
  public static final String QUEUE_FULL = "write queue full";

  /** What callers are told after the end. */
  public static final String CLOSED = "store closed";

  private static final Logger LOG = System.getLogger(WriterLoop.class.getName());
  private static final long[] PAUSES_MILLIS = {50, 200, 800};
  private static final int PRUNE_EVERY = 64;
  private static final long LAST_JOIN_MILLIS = 1_000;

  private final Sessions sessions;
  private final Monitor monitor;
  private final Parker pauses;
  private final long keepNotifications;
  private final BlockingQueue<Operation> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final Thread thread;
  private final AtomicBoolean abandoned = new AtomicBoolean();

  /** Confined to the writer's thread while that lives. */
  private final AtomicReference<@Nullable Session> session;

  private int writes;

  /** Looks on, on the writer's thread. */
  public interface Monitor {
    /**
     * Allows or refuses the next transaction.
     *
     * @throws StoreException if nothing may be written any more
     */
    void beforeWrite() throws StoreException;

    /** The disk said no, or the file is damaged. */
    void failed(SQLException failure);

    /** A transaction was committed. */
    void succeeded();
  }

  /** One operation, which is told of its end exactly once, on the writer's thread or a caller's. */
  public interface Operation {
    /** Does the work inside a transaction; may run again if the transaction has to. */
    void run(Session session) throws SQLException, StoreException;

    /** Whether there is anything to commit after {@link #run}. */
    default boolean hasChanges() {
      return true;
    }

    /** How many calls this is. */
    default int calls() {
      return 1;
    }

    /** Sees the high-water mark inside the transaction, just before its end. */
    default void mark(long highWaterMark) {}

    /** Whether {@link #run} wants a session outside of any transaction. */
    default boolean exclusive() {
      return false;
    }

    /** The work is durable. */
    void committed();

    /** Nothing of the work was done. */
    void failed(StoreException reason);
  }

  /**
   * Prepares the loop.
   *
   * @param session the session to begin with; belongs to the loop from now on
   * @param pauses waits between attempts
   */
  public WriterLoop(
      Sessions sessions, Session session, Monitor monitor, Parker pauses, long keepNotifications) {
    this.sessions = sessions;
    this.session = new AtomicReference<>(session);
    this.monitor = monitor;
    this.pauses = pauses;
    this.keepNotifications = keepNotifications;
    this.thread = new Thread(this::work, "alknet-store-writer");
    this.thread.setDaemon(true);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Hands over an operation; one that cannot be taken fails at once. */
  public void submit(Operation operation) {
    if (closing.get()) {
      operation.failed(new StoreException.Backend(CLOSED));
    } else if (!queue.offer(operation)) {
      operation.failed(new StoreException.Backend(QUEUE_FULL));
    } else if (closing.get() && !thread.isAlive() && queue.remove(operation)) {
      // The thread ended between the two looks.
      operation.failed(new StoreException.Backend(CLOSED));
    }
  }

  /** Returns how many operations wait. */
  public int queued() {
    return queue.size();
  }

  /**
   * Takes no more operations, does those that wait as far as the time allows and fails the rest.
   * {@link #closeSession} comes afterwards.
   */
  public void drain(Duration patience) throws InterruptedException {
    if (closing.getAndSet(true)) {
      return;
    }
    queue.offer(new End());
    thread.join(Math.max(1, patience.toMillis()));
    failRest();
    if (thread.isAlive()) {
      pauses.unpark();
      thread.interrupt();
      thread.join(LAST_JOIN_MILLIS);
      failRest();
    }
  }

  /** Empties the WAL if nobody else reads it, and closes the session. */
  public void closeSession() {
    abandoned.set(true);
    if (!thread.isAlive()) {
      endSession();
    }
  }

  private void work() {
    try {
      while (true) {
        // A full queue has no room for the end mark, so the flag is looked at as well.
        Operation next = closing.get() ? queue.poll() : queue.take();
        if (next == null || next instanceof End) {
          break;
        }
        performWithOthers(next);
      }
    } catch (InterruptedException interrupted) {
      LOG.log(Level.DEBUG, "the writer was told to stop");
    } finally {
      failRest();
      if (abandoned.get()) {
        endSession();
      }
    }
  }

  private void failRest() {
    List<Operation> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.forEach(operation -> operation.failed(new StoreException.Backend(CLOSED)));
  }

  private void performWithOthers(Operation first) throws InterruptedException {
    List<Operation> together = new ArrayList<>(List.of(first));
    while (together.size() < MAX_TOGETHER && shares(first)) {
      Operation next = queue.peek();
      // Whoever closes the store may have taken it in between.
      if (next == null || !shares(next) || !queue.remove(next)) {
        break;
      }
      together.add(next);
    }
    if (together.size() == 1) {
      perform(first);
      return;
    }
    WriteGroup group = new WriteGroup(together);
    perform(group);
    if (group.refused()) {
      eachByItself(new ArrayDeque<>(together));
    }
  }

  private void eachByItself(Queue<Operation> operations) throws InterruptedException {
    try {
      while (!operations.isEmpty()) {
        perform(operations.remove());
      }
    } finally {
      operations.forEach(left -> left.failed(new StoreException.Backend(CLOSED)));
    }
  }

  private static boolean shares(Operation operation) {
    return !operation.exclusive() && !(operation instanceof End);
  }

  private void perform(Operation operation) throws InterruptedException {
    try {
      monitor.beforeWrite();
      if (operation.exclusive()) {
        operation.run(session());
      } else {
        transact(operation);
      }
    } catch (StoreException refused) {
      operation.failed(refused);
      return;
    } catch (SQLException failed) {
      monitor.failed(failed);
      operation.failed(SqliteErrors.of(failed));
      return;
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "a write failed unexpectedly", bug);
      operation.failed(new StoreException.Backend("internal error", bug));
      return;
    } catch (InterruptedException interrupted) {
      operation.failed(new StoreException.Backend(CLOSED));
      throw interrupted;
    }
    operation.committed();
  }

  private void transact(Operation operation)
      throws SQLException, StoreException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        attempt(operation);
        return;
      } catch (SQLException failed) {
        if (!SqliteErrors.isBusy(failed) || attempt == PAUSES_MILLIS.length) {
          throw failed;
        }
        pause(attempt);
      }
    }
  }

  private void attempt(Operation operation)
      throws SQLException, StoreException, InterruptedException {
    Session writer = session();
    writer.transaction("BEGIN IMMEDIATE");
    try {
      operation.run(writer);
      if (!operation.hasChanges()) {
        writer.transaction("ROLLBACK");
        return;
      }
      operation.mark(Notifications.highWaterMark(writer));
      writes += operation.calls();
      if (writes >= PRUNE_EVERY) {
        writes = 0;
        Notifications.prune(writer, keepNotifications);
      }
      commit(writer);
      monitor.succeeded();
    } catch (SQLException | StoreException | RuntimeException | InterruptedException failed) {
      rollBack(writer);
      throw failed;
    }
  }

  /** A commit that found the file busy is repeated as such: the work is done, only not durable. */
  private void commit(Session writer) throws SQLException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try {
        writer.transaction("COMMIT");
        return;
      } catch (SQLException failed) {
        if (!SqliteErrors.isBusy(failed) || attempt == PAUSES_MILLIS.length) {
          throw failed;
        }
        pause(attempt);
      }
    }
  }

  private void pause(int attempt) throws InterruptedException {
    pauses.park(TimeUnit.MILLISECONDS.toNanos(PAUSES_MILLIS[attempt]));
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /**
   * After serious errors SQLite has rolled back by itself, or cannot: a fresh session is the one
   * state that is known in either case.
   */
  private void rollBack(Session writer) {
    try {
      writer.transaction("ROLLBACK");
    } catch (SQLException failed) {
      LOG.log(Level.DEBUG, "rolled back by closing", failed);
      session.set(null);
      close(writer);
    }
  }

  private Session session() throws SQLException {
    Session current = session.get();
    if (current == null) {
      current = sessions.writer();
      session.set(current);
    }
    return current;
  }

  private void endSession() {
    Session last = session.getAndSet(null);
    if (last == null) {
      return;
    }
    try {
      last.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch (SQLException busy) {
      LOG.log(Level.DEBUG, "no checkpoint at the end", busy);
    }
    close(last);
  }

  private static void close(Session session) {
    try {
      session.close();
    } catch (SQLException failed) {
      LOG.log(Level.WARNING, "event=store_close_failed", failed);
    }
  }

  /** Ends the loop; everything before it has been done. */
  private static final class End implements Operation {
    @Override
    public void run(Session session) {}

    @Override
    public void committed() {}

    @Override
    public void failed(StoreException reason) {}
  }
}
