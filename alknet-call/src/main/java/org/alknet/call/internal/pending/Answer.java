package org.alknet.call.internal.pending;

import java.util.Objects;
import org.alknet.call.internal.link.Link;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Lease;
import org.alknet.call.wire.Payload;

/**
 * A value from the peer that nobody has looked at, with its share of the read budget.
 *
 * @param output the value
 * @param lease held until the value is parsed
 * @param from where it came from
 */
public record Answer(Payload output, Lease lease, Link from) {
  /** Refuses null components. */
  public Answer {
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(from, "from");
  }

  /** Parses the value; one that is no JSON is an error, and its owner hears of it. */
  ResponseEnvelope read(PendingRequest request) {
    try {
      return ResponseEnvelope.ok(request.id(), output.tree());
    } catch (FrameException malformed) {
      request.owner().malformed(from);
      return ResponseEnvelope.err(request.id(), CallError.internal("the stream was reset"));
    } finally {
      lease.release();
    }
  }
}
