package org.alknet.http.openapi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.call.operation.OperationType;

/**
 * What became of each operation of a document. Names and details repeat the document's text: cut,
 * and without control characters.
 *
 * <p>Immutable.
 *
 * @param imported what can be registered, in the order of the registrations
 * @param skipped what was left out
 */
public record ImportReport(List<Imported> imported, List<Skipped> skipped) {
  /** Copies. */
  public ImportReport {
    imported = List.copyOf(imported);
    skipped = List.copyOf(skipped);
  }

  /** Why something was left out. */
  public enum Reason {
    /** No operation can have its name. */
    NAME,
    /** It refers to another document, which is never fetched. */
    EXTERNAL_REFERENCE,
    /** It refers to something that is not there. */
    DANGLING_REFERENCE,
    /** A reference leads back to itself. */
    CYCLIC_REFERENCE,
    /** A schema is none, or cannot be compiled. */
    SCHEMA,
    /** The operation, or a part of it, has the wrong shape. */
    MALFORMED,
    /** It is larger than what is taken. */
    TOO_LARGE,
    /** The method is not one that is imported. */
    METHOD,
    /** The service calls here; there is nothing to call. */
    WEBHOOK
  }

  /**
   * An operation that can be registered.
   *
   * @param name in the registry
   * @param type kind of answer
   * @param method in upper case
   * @param path the template
   * @param operationId the id in the document, if it has one
   * @param notes what is different from what the document says, such as another name
   */
  public record Imported(
      String name,
      OperationType type,
      String method,
      String path,
      Optional<String> operationId,
      List<String> notes) {
    /** Copies and refuses null. */
    public Imported {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(operationId, "operationId");
      notes = List.copyOf(notes);
    }
  }

  /**
   * Something that was left out.
   *
   * @param method in upper case; {@code *} for a whole path
   * @param path the template, or the name of a webhook
   * @param operationId the id in the document, if it has one
   * @param reason why
   * @param detail for people
   */
  public record Skipped(
      String method, String path, Optional<String> operationId, Reason reason, String detail) {
    /** Refuses null. */
    public Skipped {
      Objects.requireNonNull(method, "method");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(operationId, "operationId");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(detail, "detail");
    }
  }
}
