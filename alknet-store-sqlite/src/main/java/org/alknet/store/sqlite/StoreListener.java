package org.alknet.store.sqlite;

/** Is told what changed between two states of the store. */
@FunctionalInterface
public interface StoreListener {
  /**
   * Called on the executor of the options, one call at a time for each listener. Changes that
   * happen during a call arrive as one. The new state is already in force.
   */
  void onChange(StoreChange change);
}
