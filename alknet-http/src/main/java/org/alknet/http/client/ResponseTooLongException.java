package org.alknet.http.client;

import java.io.IOException;

/** A response body was longer than the client takes; what came was dropped. */
public final class ResponseTooLongException extends IOException {
  private static final long serialVersionUID = 1L;

  ResponseTooLongException(int limit) {
    super("the response is longer than " + limit + " bytes");
  }
}
