package org.alknet.cli.context;

import java.util.List;
import java.util.NoSuchElementException;

/** The exit codes of the tool (spec/cli.md section 12): the one table of them. Codes are stable. */
public final class ExitCodes {
  /** It worked. */
  public static final int OK = 0;

  /** A bug. */
  public static final int UNEXPECTED = 1;

  /** The command line makes no sense. */
  public static final int USAGE = 2;

  /** A setting is wrong. */
  public static final int CONFIGURATION = 3;

  /** A node cannot start. */
  public static final int CANNOT_START = 4;

  /** A file of the data directory cannot be read or written. */
  public static final int STORE = 5;

  /** A named thing does not exist here. */
  public static final int MISSING = 6;

  /** The vault cannot be opened or does not hold what is expected. */
  public static final int VAULT = 7;

  /** Refused for safety. */
  public static final int UNSAFE = 8;

  /** The remote cannot be reached. */
  public static final int CANNOT_CONNECT = 10;

  /** The remote is not who it should be. */
  public static final int NOT_TRUSTED = 11;

  /** The connection ended. */
  public static final int CONNECTION_LOST = 12;

  /** The remote said {@code NOT_FOUND}. */
  public static final int NOT_FOUND = 20;

  /** The remote said {@code FORBIDDEN}. */
  public static final int FORBIDDEN = 21;

  /** The remote said {@code INVALID_INPUT}. */
  public static final int INVALID_INPUT = 22;

  /** The remote said {@code INVALID_OPERATION_TYPE}. */
  public static final int INVALID_OPERATION_TYPE = 23;

  /** The remote said {@code INTERNAL}. */
  public static final int INTERNAL = 24;

  /** The time was up. */
  public static final int TIMEOUT = 25;

  /** An error the operation declares. */
  public static final int DOMAIN_ERROR = 26;

  /** The remote aborted. */
  public static final int ABORTED = 27;

  /** Some of it failed, or a threshold was missed. */
  public static final int PARTIAL = 28;

  /** Ended by SIGINT. */
  public static final int SIGINT = 130;

  /** Ended by SIGTERM. */
  public static final int SIGTERM = 143;

  private static final List<Row> TABLE =
      List.of(
          new Row(OK, "OK", "success; serve after a clean drain"),
          new Row(UNEXPECTED, "UNEXPECTED", "unexpected failure (a bug; -vv shows the trace)"),
          new Row(USAGE, "USAGE", "usage error"),
          new Row(CONFIGURATION, "CONFIGURATION", "configuration invalid"),
          new Row(
              CANNOT_START,
              "CANNOT_START",
              "cannot start: address in use, node already running, lock held"),
          new Row(STORE, "STORE", "a file of the data directory cannot be read or written"),
          new Row(MISSING, "MISSING", "named thing does not exist locally"),
          new Row(
              VAULT,
              "VAULT",
              "vault: no keystore, wrong password, invalid phrase, other identity, not decrypted"),
          new Row(
              UNSAFE,
              "UNSAFE",
              "refused for safety: file permissions, unusable key, would overwrite"),
          new Row(
              CANNOT_CONNECT,
              "CANNOT_CONNECT",
              "cannot connect: name resolution, refused, timeout, no common ALPN"),
          new Row(
              NOT_TRUSTED,
              "NOT_TRUSTED",
              "remote not trusted: pin mismatch, raw key without pin, CA or host-name failure"),
          new Row(CONNECTION_LOST, "CONNECTION_LOST", "connection lost"),
          new Row(NOT_FOUND, "NOT_FOUND", "remote said NOT_FOUND"),
          new Row(FORBIDDEN, "FORBIDDEN", "remote said FORBIDDEN"),
          new Row(INVALID_INPUT, "INVALID_INPUT", "remote said INVALID_INPUT"),
          new Row(
              INVALID_OPERATION_TYPE,
              "INVALID_OPERATION_TYPE",
              "remote said INVALID_OPERATION_TYPE"),
          new Row(INTERNAL, "INTERNAL", "remote said INTERNAL"),
          new Row(TIMEOUT, "TIMEOUT", "the time was up"),
          new Row(DOMAIN_ERROR, "DOMAIN_ERROR", "declared domain error of the operation"),
          new Row(ABORTED, "ABORTED", "aborted by the remote"),
          new Row(PARTIAL, "PARTIAL", "some of it failed, or a threshold was missed"),
          new Row(SIGINT, "SIGINT", "ended by SIGINT"),
          new Row(SIGTERM, "SIGTERM", "ended by SIGTERM; serve by the second one"));

  private ExitCodes() {}

  /**
   * One exit code.
   *
   * <p>Immutable.
   *
   * @param code the number
   * @param name its name in JSON errors that have no code of their own
   * @param meaning for people
   */
  public record Row(int code, String name, String meaning) {}

  /** Returns all exit codes in the order of their numbers. */
  public static List<Row> table() {
    return TABLE;
  }

  /** Returns the row of a code. */
  public static Row row(int code) {
    return TABLE.stream()
        .filter(row -> row.code() == code)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException("no exit code " + code));
  }
}
