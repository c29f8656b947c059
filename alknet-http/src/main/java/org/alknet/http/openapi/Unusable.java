package org.alknet.http.openapi;

import org.alknet.http.openapi.ImportReport.Reason;

/** A part of a document cannot be used; whatever needs it is left out. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  Unusable(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
