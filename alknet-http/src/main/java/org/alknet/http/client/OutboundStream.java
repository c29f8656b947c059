package org.alknet.http.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.alknet.http.server.HttpFields;

/** What another service answered to a request for events. */
public sealed interface OutboundStream {
  /**
   * It answered with something else, or with a failure.
   *
   * @param reply the whole answer
   */
  record Whole(OutboundReply reply) implements OutboundStream {
    /** Refuses null. */
    public Whole {
      Objects.requireNonNull(reply, "reply");
    }
  }

  /**
   * It sends events.
   *
   * @param status from 200 to 299
   * @param fields the header fields
   * @param body the bytes of the events, for one subscriber, who has to take or to cancel them:
   *     until then they hold a connection. Cancelling closes the exchange
   */
  record Events(int status, HttpFields fields, Flow.Publisher<List<ByteBuffer>> body)
      implements OutboundStream {
    /** Refuses null. */
    public Events {
      Objects.requireNonNull(fields, "fields");
      Objects.requireNonNull(body, "body");
    }
  }
}
