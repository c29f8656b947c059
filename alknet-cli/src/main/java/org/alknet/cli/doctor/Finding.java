package org.alknet.cli.doctor;

/**
 * What a check found.
 *
 * <p>Immutable.
 *
 * @param check its name, which stays the same
 * @param status how bad it is
 * @param message what it is
 * @param fix one line how to mend it; empty if there is nothing to mend
 */
public record Finding(String check, Status status, String message, String fix) {
  /** How bad something is. */
  public enum Status {
    /** As it should be. */
    OK,
    /** It works, and somebody should look at it. */
    WARN,
    /** It does not work, or is not safe. */
    FAIL
  }

  static Finding ok(String check, String message) {
    return new Finding(check, Status.OK, message, "");
  }

  static Finding warn(String check, String message, String fix) {
    return new Finding(check, Status.WARN, message, fix);
  }

  static Finding fail(String check, String message, String fix) {
    return new Finding(check, Status.FAIL, message, fix);
  }
}
