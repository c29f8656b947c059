package org.alknet.bench.startup;

/** The least a JVM can be asked to do. */
public final class Hello {
  private Hello() {}

  /** Says something. */
  public static void main(String[] arguments) {
    System.out.println("hello");
  }
}
