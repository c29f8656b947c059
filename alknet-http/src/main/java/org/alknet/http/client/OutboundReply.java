package org.alknet.http.client;

import org.alknet.http.server.HttpFields;

/**
 * What another service answered.
 *
 * <p>Immutable, as long as nobody changes the bytes.
 */
public final class OutboundReply {
  private final int status;
  private final HttpFields fields;
  private final byte[] body;

  OutboundReply(int status, HttpFields fields, byte[] body) {
    this.status = status;
    this.fields = fields;
    this.body = body;
  }

  /** Returns the status. */
  public int status() {
    return status;
  }

  /** Returns the header fields. */
  public HttpFields fields() {
    return fields;
  }

  /** Returns a copy of the body. */
  public byte[] body() {
    return body.clone();
  }

  @Override
  public String toString() {
    return "OutboundReply[" + status + "]";
  }
}
