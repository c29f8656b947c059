package org.alknet.store.sqlite;

/** Is told of the notifications of one channel. */
@FunctionalInterface
public interface NotificationListener {
  /**
   * Called on the executor of the options, one call at a time for each subscription, in the order
   * of the ids. Notifications may repeat what is known already: react by looking.
   */
  void onNotification(Notification notification);
}
