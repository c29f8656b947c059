package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import org.alknet.http.server.HttpReply;

/** Where the reply to one request goes. Confined to its event loop; buffers belong to the sink. */
interface ReplySink {
  /** Sends a reply with all of its body. */
  void whole(HttpReply reply, ByteBuf body);

  /** Sends the header of a reply whose body is never sent, because it was not asked for. */
  void headOnly(HttpReply reply);

  /** Sends the header of a reply; pieces follow. */
  void begin(HttpReply reply);

  /** Takes a piece of the body, which leaves with the next {@link #flush} or {@link #end}. */
  void piece(ByteBuf bytes);

  /** Sends the pieces taken. */
  void flush();

  /** Ends the body. */
  void end();

  /** Cuts the body off, so that nobody takes it for complete. */
  void abort();

  /** Whether the client takes what is sent. */
  boolean hasRoom();
}
