package org.alknet.http.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Lets time pass. */
@FunctionalInterface
interface Waits {
  /** Completes after a time; cancelling it ends the wait. */
  CompletableFuture<Void> pause(Duration time);
}
