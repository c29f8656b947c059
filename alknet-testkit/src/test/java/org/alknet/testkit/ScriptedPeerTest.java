package org.alknet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.RecvStream;
import org.junit.jupiter.api.Test;

class ScriptedPeerTest {
  private final InMemoryConnection.Pair pair = InMemoryConnection.pair(Alpns.CALL);
  private final ScriptedPeer left = ScriptedPeer.on(pair.left());
  private final ScriptedPeer right = ScriptedPeer.on(pair.right());

  @Test
  void framesCrossInBothDirections() {
    ScriptedStream opened = left.open().send(Frames.frame("question"));
    ScriptedStream accepted = right.accept();

    assertThat(new String(accepted.readFrame(100), UTF_8)).isEqualTo("question");
    accepted.sendAndFinish(Frames.frame("answer"));

    opened.expect(Frames.frame("answer")).expectEnd().close();
  }

  @Test
  void waitingReaderSeesEveryPieceOfASplitFrame() {
    byte[] frame = Frames.frame("abcdef");
    ScriptedStream opened = left.open().finish();
    ScriptedStream accepted = right.accept().expectEnd();
    List<Integer> pieces = new ArrayList<>();
    collect(opened.stream().recv(), pieces);

    accepted.sendSplit(frame, 1, 4, 9).sendSingly(new byte[] {1, 2}).finish();

    assertThat(pieces).containsExactly(1, 3, 5, 1, 1, 1, -1);
  }

  private static void collect(RecvStream recv, List<Integer> pieces) {
    recv.read(ByteBuffer.allocate(100))
        .thenAccept(
            count -> {
              pieces.add(count);
              if (count > 0) {
                collect(recv, pieces);
              }
            });
  }

  @Test
  void wrongBytesFailTheTest() {
    left.open().sendAndFinish(Frames.hex("00 01"));
    ScriptedStream accepted = right.accept();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> accepted.expect(Frames.hex("00 02")))
        .withMessageContaining("0001");
  }

  @Test
  void earlyEndFailsTheTest() {
    left.open().sendAndFinish(new byte[3]);
    ScriptedStream accepted = right.accept();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> accepted.readExactly(4))
        .withMessageContaining("after 3 of 4");
  }

  @Test
  void bytesBeforeAnExpectedEndFailTheTest() {
    left.open().sendAndFinish(new byte[1]);
    ScriptedStream accepted = right.accept();

    assertThatExceptionOfType(AssertionError.class).isThrownBy(accepted::expectEnd);
  }

  @Test
  void frameLongerThanAllowedFailsTheTest() {
    left.open().send(Frames.prefix(0xffff_ffffL));
    ScriptedStream accepted = right.accept();

    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> accepted.readFrame(1_000))
        .withMessageContaining("4294967295");
  }

  @Test
  void resetAndStopAreTold() {
    ScriptedStream opened = left.open().send(new byte[3]).reset(1);
    ScriptedStream accepted = right.accept().expectReset().stop(2);

    accepted.send(new byte[1]).reset(3);

    opened.expectReset();
  }

  @Test
  void regularEndIsNoReset() {
    left.open().finish();
    ScriptedStream accepted = right.accept();

    assertThatExceptionOfType(AssertionError.class).isThrownBy(accepted::expectReset);
  }

  @Test
  void stopIsNoticedByWriting() {
    ScriptedStream opened = left.open().send(new byte[1]);
    right.accept().stop(9);

    opened.expectStopped();
  }

  @Test
  void closingIsExpectedWithItsCode() {
    right.close(CloseCode.PROTOCOL_ERROR, "bad frame");

    assertThat(left.expectClosed(CloseCode.PROTOCOL_ERROR).reason()).isEqualTo("bad frame");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> left.expectClosed(CloseCode.NO_ERROR));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> right.expectClosed(CloseCode.PROTOCOL_ERROR));
  }

  @Test
  void framesAreMadeByHand() {
    assertThat(Frames.hex(Frames.frame("hi"))).isEqualTo("000000026869");
    assertThat(Frames.hex(Frames.frame(new byte[0]))).isEqualTo("00000000");
    assertThat(Frames.hex(Frames.lyingFrame(0xffff_fffeL, new byte[] {7}))).isEqualTo("fffffffe07");
    assertThat(Frames.hex(" 00\nff ")).isEqualTo(new byte[] {0, -1});
    assertThat(Frames.concat(new byte[] {1}, new byte[0], new byte[] {2}))
        .isEqualTo(Frames.hex("0102"));
    assertThatIllegalArgumentException().isThrownBy(() -> Frames.prefix(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Frames.prefix(1L << 32));
    assertThatIllegalArgumentException().isThrownBy(() -> Frames.hex("0"));
  }
}
