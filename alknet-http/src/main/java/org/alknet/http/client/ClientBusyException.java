package org.alknet.http.client;

import java.io.IOException;

/** A request was not sent, because as many as there may be are under way. */
public final class ClientBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  ClientBusyException(int limit) {
    super(limit + " requests to other services are under way, which is the limit");
  }
}
