package org.alknet.cli.assembly;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * How it stands with a remote that a node dials.
 *
 * <p>Immutable.
 *
 * @param remote its name, or its address if it has none
 * @param address where it is dialled
 * @param status what is going on
 * @param since when that began
 * @param peerId who the remote is, if it is a known peer and connected
 * @param imported how many of its operations can be composed here; empty if none were asked for or
 *     they have not come yet
 * @param attempts dials since a connection last lasted
 * @param trouble what failed last, and what to do about it; empty if nothing did since
 */
public record RemoteState(
    String remote,
    String address,
    Status status,
    Instant since,
    Optional<String> peerId,
    Optional<Integer> imported,
    int attempts,
    Optional<String> trouble) {
  /** Refuses null. */
  public RemoteState {
    Objects.requireNonNull(remote, "remote");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(peerId, "peerId");
    Objects.requireNonNull(imported, "imported");
    Objects.requireNonNull(trouble, "trouble");
  }

  /** What is going on with a remote. */
  public enum Status {
    /** A dial is under way. */
    CONNECTING,
    /** There is a connection. */
    CONNECTED,
    /** The remote was not reached, or was lost, and is dialled again soon. */
    WAITING,
    /** What answers is not the remote; it is dialled again, in case that is put right. */
    NOT_TRUSTED,
    /** It is not dialled any more. */
    ENDED
  }

  /** Returns this state with another status from now on. */
  RemoteState is(Status next) {
    return new RemoteState(
        remote,
        address,
        next,
        next == status ? since : Instant.now(),
        next == Status.CONNECTED ? peerId : Optional.empty(),
        next == Status.CONNECTED ? imported : Optional.empty(),
        attempts,
        next == Status.CONNECTED ? Optional.empty() : trouble);
  }

  RemoteState withAttempts(int number) {
    return new RemoteState(remote, address, status, since, peerId, imported, number, trouble);
  }

  RemoteState withPeer(Optional<String> id) {
    return new RemoteState(remote, address, status, since, id, imported, attempts, trouble);
  }

  RemoteState withImported(int operations) {
    return new RemoteState(
        remote,
        address,
        status,
        since,
        peerId,
        Optional.of(operations),
        attempts,
        Optional.empty());
  }

  RemoteState withTrouble(String what) {
    return new RemoteState(
        remote, address, status, since, peerId, imported, attempts, Optional.of(what));
  }
}
