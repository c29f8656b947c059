package org.alknet.bench.call;

/**
 * One way to make calls from a client to a server in this process, over one connection on loopback.
 * Answers and elements are reported on whatever thread they arrive on, as a program would see them.
 */
public interface Contender extends AutoCloseable {
  /** Returns what the tables call it. */
  String name();

  /** Makes a call. A call that fails ends the benchmark: no figure is worth anything then. */
  void call(Runnable answered);

  /**
   * Starts a stream that the server sends as fast as the client takes it.
   *
   * @return ends it
   */
  Runnable subscribe(Runnable element);

  @Override
  void close() throws Exception;

  /** Ends the process: the benchmark is broken. */
  static void broken(String what, Throwable cause) {
    System.err.println("the benchmark is broken: " + what);
    if (cause != null) {
      cause.printStackTrace();
    }
    Runtime.getRuntime().halt(1);
  }
}
