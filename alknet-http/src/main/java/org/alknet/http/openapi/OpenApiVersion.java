package org.alknet.http.openapi;

/** A generation of the OpenAPI specification; they differ in their schemas. */
public enum OpenApiVersion {
  /** 3.0: a dialect of its own. */
  V3_0("3.0.0"),

  /** 3.1 and later: JSON Schema 2020-12. */
  V3_1("3.1.0");

  private final String text;

  OpenApiVersion(String text) {
    this.text = text;
  }

  /** Returns the version as a document written here names it. */
  public String text() {
    return text;
  }
}
