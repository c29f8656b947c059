package org.alknet.testkit.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.AfterEach;

/** What the two suites about connections share: pairs, and closing them. */
public abstract class PairContract {
  /** The protocol the pairs speak. */
  public static final Alpn ALPN = Alpn.of("contract/test");

  /** What an implementation may hold of one stream that nobody reads, in bytes. */
  static final int MOST_BUFFERED = 16 * 1024 * 1024;

  /** More than that. */
  static final int MORE_THAN_ANY_BUFFER = 24 * 1024 * 1024;

  private final List<ConnectedPair> pairs = new ArrayList<>();

  PairContract() {}

  /**
   * Connects two fresh ends that speak {@link #ALPN} and have no identity recorded.
   *
   * @param streamLimit how many streams opened by one end may be alive at a time, for each end
   */
  protected abstract ConnectedPair connect(int streamLimit) throws Exception;

  final ConnectedPair pair() {
    return pair(100);
  }

  final ConnectedPair pair(int streamLimit) {
    try {
      ConnectedPair pair = connect(streamLimit);
      pairs.add(pair);
      return pair;
    } catch (Exception e) {
      throw new AssertionError("no connection to test: " + e, e);
    }
  }

  /** Closes what the test connected. */
  @AfterEach
  public final void closePairs() throws Exception {
    for (ConnectedPair pair : pairs) {
      pair.left().close(CloseCode.NO_ERROR, "");
      pair.right().close(CloseCode.NO_ERROR, "");
      Await.result(pair.left().closed());
      Await.result(pair.right().closed());
      pair.transport().close();
    }
  }

  /** Two views of one stream. */
  record Both(ScriptedStream near, ScriptedStream far) {}

  /** Opens a stream and has the other side accept it after one byte has passed. */
  static Both stream(ScriptedPeer opener, ScriptedPeer acceptor) {
    ScriptedStream near = opener.open().send(new byte[] {'!'});
    ScriptedStream far = acceptor.accept().expect(new byte[] {'!'});
    return new Both(near, far);
  }

  static Both stream(ConnectedPair pair) {
    return stream(pair.leftPeer(), pair.rightPeer());
  }

  /** One question and answer: afterwards both sides have heard all that was sent before. */
  static void roundTrip(Both stream) {
    stream.near().send(bytes("ping"));
    stream.far().expect(bytes("ping")).send(bytes("pong"));
    stream.near().expect(bytes("pong"));
  }

  /** Ends a stream on both sides, regularly. */
  static void end(Both stream) {
    stream.near().finish();
    stream.far().expectEnd().finish();
    stream.near().expectEnd().close();
    stream.far().close();
  }

  static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }

  static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
