package org.alknet.store.sqlite;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.core.credential.StoreException;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.store.sqlite.internal.ChangeWatcher;
import org.alknet.store.sqlite.internal.CredentialRowCodec;
import org.alknet.store.sqlite.internal.CredentialStatements;
import org.alknet.store.sqlite.internal.PeerRowCodec;
import org.alknet.store.sqlite.internal.PeerStatements;
import org.alknet.store.sqlite.internal.Session;
import org.alknet.store.sqlite.internal.WriterLoop;
import org.jspecify.annotations.Nullable;

/**
 * Turns calls into transactions and their ends into stages. A stage completes when the work is
 * durable <em>and</em> readers of this process see it.
 *
 * <p>Thread-safe.
 */
final class Writes {
  private final @Nullable WriterLoop loop;
  private final ChangeWatcher watcher;
  private final Publisher publisher;
  private final HealthBoard health;
  private final Callbacks callbacks;
  private final CoreMetrics metrics;
  private final Duration refreshTimeout;

  Writes(
      @Nullable WriterLoop loop,
      ChangeWatcher watcher,
      Publisher publisher,
      HealthBoard health,
      Callbacks callbacks,
      SqliteStoreOptions options) {
    this.loop = loop;
    this.watcher = watcher;
    this.publisher = publisher;
    this.health = health;
    this.callbacks = callbacks;
    this.metrics = options.metrics();
    this.refreshTimeout = options.refreshTimeout();
  }

  /** One step inside a transaction. */
  interface Step {
    /** Does it, and says whether there is something to commit. */
    boolean run(Session session) throws SQLException, StoreException;
  }

  /** Work that reports a number. */
  interface Work {
    /** Does it. */
    long run(Session session) throws SQLException, StoreException;
  }

  /** Checks an operation and prepares it, before any transaction begins. */
  static Step prepare(StoreOp operation) throws StoreException {
    if (operation instanceof StoreOp.PutPeer put) {
      @Nullable Object[] columns = PeerRowCodec.encode(put.peer());
      return session -> {
        PeerStatements.put(session, columns);
        return true;
      };
    } else if (operation instanceof StoreOp.UpdatePeer update) {
      @Nullable Object[] columns = PeerRowCodec.encode(update.peer());
      return session -> {
        PeerStatements.update(session, update.peerId(), columns);
        return true;
      };
    } else if (operation instanceof StoreOp.RemovePeer remove) {
      return session -> {
        PeerStatements.remove(session, remove.peerId());
        return true;
      };
    } else if (operation instanceof StoreOp.PutCredential put) {
      @Nullable Object[] columns = CredentialRowCodec.encode(put.provider(), put.data());
      return session -> {
        CredentialStatements.put(session, columns);
        return true;
      };
    } else if (operation instanceof StoreOp.DeleteCredential delete) {
      return session -> CredentialStatements.delete(session, delete.provider());
    }
    throw new AssertionError(operation);
  }

  /** Does one operation. */
  CompletionStage<Void> one(String name, StoreOp operation) {
    return many(name, List.of(operation), false);
  }

  /**
   * Does several operations in one transaction.
   *
   * @param clear whether everything else is removed first
   */
  CompletionStage<Void> many(String name, List<StoreOp> operations, boolean clear) {
    List<Step> steps = new ArrayList<>(operations.size());
    try {
      for (StoreOp operation : List.copyOf(operations)) {
        steps.add(prepare(operation));
      }
    } catch (StoreException refused) {
      metrics.count("store_write_total", Map.of("op", name, "result", "refused"), 1);
      return CompletableFuture.failedStage(refused);
    }
    Pending pending =
        new Pending(name, false) {
          @Override
          boolean work(Session session) throws SQLException, StoreException {
            boolean changes = clear;
            if (clear) {
              PeerStatements.clear(session);
              CredentialStatements.clear(session);
            }
            for (Step step : steps) {
              changes |= step.run(session);
            }
            return changes;
          }
        };
    return submit(pending).thenApply(nothing -> null);
  }

  /** Does work in one transaction whose result is a number. */
  CompletionStage<Long> number(String name, Work work) {
    return submit(numbered(name, work, false));
  }

  /** Does work outside of any transaction, alone on the writing session. */
  CompletionStage<Long> alone(String name, Work work) {
    return submit(numbered(name, work, true));
  }

  private Pending numbered(String name, Work work, boolean alone) {
    return new Pending(name, alone) {
      @Override
      boolean work(Session session) throws SQLException, StoreException {
        result = work.run(session);
        return true;
      }
    };
  }

  private CompletionStage<Long> submit(Pending pending) {
    if (loop == null) {
      return CompletableFuture.failedStage(new StoreException.Backend("store is read-only"));
    }
    loop.submit(pending);
    return pending.done.minimalCompletionStage();
  }

  private abstract class Pending implements WriterLoop.Operation {
    private final String name;
    private final boolean alone;
    private final long start = System.nanoTime();
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private boolean changes;
    private long mark;
    private boolean awaitable;
    long result;

    Pending(String name, boolean alone) {
      this.name = Objects.requireNonNull(name);
      this.alone = alone;
    }

    abstract boolean work(Session session) throws SQLException, StoreException;

    @Override
    public void run(Session session) throws SQLException, StoreException {
      if (mark != 0) {
        publisher.forget(mark);
        mark = 0;
      }
      changes = work(session);
    }

    @Override
    public boolean hasChanges() {
      return changes;
    }

    @Override
    public boolean exclusive() {
      return alone;
    }

    @Override
    public void mark(long highWaterMark) {
      mark = highWaterMark;
      awaitable = publisher.expect(highWaterMark);
    }

    @Override
    public void committed() {
      metrics.count("store_write_total", Map.of("op", name, "result", "ok"), 1);
      metrics.time("store_write_seconds", Map.of(), System.nanoTime() - start);
      if (!changes) {
        finish();
        return;
      }
      watcher.kick();
      CompletableFuture<Void> seen = awaitable ? publisher.await(mark) : watcher.look();
      if (seen.isDone() && !seen.isCompletedExceptionally()) {
        finish();
        return;
      }
      CompletionStage<Void> inTime =
          seen.copy().orTimeout(refreshTimeout.toMillis(), TimeUnit.MILLISECONDS);
      inTime.whenComplete(
          (nothing, late) -> {
            if (late != null) {
              health.raise(
                  HealthBoard.Cause.LAG,
                  "a durable write is not yet seen by readers of this process");
            }
            finish();
          });
    }

    private void finish() {
      callbacks.execute(() -> done.complete(result));
    }

    @Override
    public void failed(StoreException reason) {
      metrics.count("store_write_total", Map.of("op", name, "result", "failed"), 1);
      if (mark != 0) {
        publisher.forget(mark);
      }
      callbacks.execute(() -> done.completeExceptionally(reason));
    }
  }
}
