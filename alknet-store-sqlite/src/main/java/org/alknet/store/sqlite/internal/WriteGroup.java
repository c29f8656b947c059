package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import java.util.List;
import org.alknet.core.credential.StoreException;

/**
 * Operations that waited at the same time and share one commit, since it is the commit that a disk
 * makes dear. If one of them cannot be done, none is, and each has to be tried by itself.
 *
 * <p>Not thread-safe: confined to the writer's thread.
 */
final class WriteGroup implements WriterLoop.Operation {
  private final List<WriterLoop.Operation> members;
  private boolean refused;

  WriteGroup(List<WriterLoop.Operation> members) {
    this.members = List.copyOf(members);
  }

  /** Returns whether a member stood in the way: nothing was done, and nobody was told anything. */
  boolean refused() {
    return refused;
  }

  @Override
  public void run(Session session) throws SQLException, StoreException {
    refused = false;
    for (WriterLoop.Operation member : members) {
      try {
        member.run(session);
      } catch (SQLException failed) {
        // A busy file is in the way of all of them, and of each for as long.
        refused = !SqliteErrors.isBusy(failed);
        throw failed;
      } catch (StoreException | RuntimeException failed) {
        refused = true;
        throw failed;
      }
    }
  }

  @Override
  public int calls() {
    return members.size();
  }

  @Override
  public boolean hasChanges() {
    return members.stream().anyMatch(WriterLoop.Operation::hasChanges);
  }

  @Override
  public void mark(long highWaterMark) {
    for (WriterLoop.Operation member : members) {
      if (member.hasChanges()) {
        member.mark(highWaterMark);
      }
    }
  }

  @Override
  public void committed() {
    members.forEach(WriterLoop.Operation::committed);
  }

  @Override
  public void failed(StoreException reason) {
    if (!refused) {
      members.forEach(member -> member.failed(reason));
    }
  }
}
