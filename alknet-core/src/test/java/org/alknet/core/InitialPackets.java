package org.alknet.core;

import java.io.ByteArrayOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;

/**
 * First packets of QUIC clients that have no more to say: the ClientHello of a real dial, packed
 * and protected anew (RFC 9001 section 5) for any connection id and any token.
 */
final class InitialPackets {
  private static final byte[] SALT =
      HexFormat.of().parseHex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
  private static final int TAG_BYTES = 16;
  private static final int DATAGRAM_BYTES = 1200;

  private final byte[] sourceId;
  private final byte[] frames;

  private InitialPackets(byte[] sourceId, byte[] frames) {
    this.sourceId = sourceId;
    this.frames = frames;
  }

  /** Takes the ClientHello of a dial that nobody answers. */
  static InitialPackets capture(Alpn alpn) throws Exception {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        AlknetDialer dialer = AlknetDialer.create()) {
      silent.setSoTimeout(20_000);
      CompletionStage<Connection> dial =
          dialer.dial(
              RemoteAddress.of("127.0.0.1", silent.getLocalPort()),
              alpn,
              ConnectionCredentials.none()
                  .withRemoteIdentity(
                      RemoteIdentity.of(Ed25519SecretKey.generate().fingerprint())));
      DatagramPacket first = new DatagramPacket(new byte[2048], 2048);
      silent.receive(first);
      dial.toCompletableFuture().cancel(false);
      return open(Arrays.copyOf(first.getData(), first.getLength()));
    }
  }

  /** Returns a datagram with this destination id and token. */
  byte[] packet(byte[] destinationId, byte[] token) throws GeneralSecurityException {
    Keys keys = new Keys(destinationId);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.write(0xc3); // Initial, four bytes of packet number
    head.writeBytes(new byte[] {0, 0, 0, 1});
    head.write(destinationId.length);
    head.writeBytes(destinationId);
    head.write(sourceId.length);
    head.writeBytes(sourceId);
    head.writeBytes(varint(token.length));
    head.writeBytes(token);
    int padded = Math.max(frames.length, DATAGRAM_BYTES - head.size() - 2 - 4 - TAG_BYTES);
    head.writeBytes(varint(4 + padded + TAG_BYTES));
    int numberAt = head.size();
    head.writeBytes(new byte[4]);
    byte[] header = head.toByteArray();
    byte[] sealed = keys.gcm(Cipher.ENCRYPT_MODE, 0, header, Arrays.copyOf(frames, padded));
    byte[] packet = Arrays.copyOf(header, header.length + sealed.length);
    System.arraycopy(sealed, 0, packet, header.length, sealed.length);
    byte[] mask = keys.mask(packet, numberAt);
    packet[0] ^= (byte) (mask[0] & 0x0f);
    for (int i = 0; i < 4; i++) {
      packet[numberAt + i] ^= mask[1 + i];
    }
    return packet;
  }

  /** Returns the token of a Retry packet, or nothing if it is another packet. */
  static byte[] retryToken(byte[] packet) {
    if ((packet[0] & 0xf0) != 0xf0) {
      return new byte[0];
    }
    int at = 5;
    at += 1 + packet[at];
    at += 1 + packet[at];
    return Arrays.copyOfRange(packet, at, packet.length - TAG_BYTES);
  }

  /** Returns the id a Retry packet tells the client to address. */
  static byte[] retrySourceId(byte[] packet) {
    int at = 5;
    at += 1 + packet[at];
    return Arrays.copyOfRange(packet, at + 1, at + 1 + packet[at]);
  }

  private static InitialPackets open(byte[] packet) throws GeneralSecurityException {
    ByteBuffer in = ByteBuffer.wrap(packet);
    in.position(5);
    byte[] destination = new byte[in.get()];
    in.get(destination);
    byte[] source = new byte[in.get()];
    in.get(source);
    int tokenBytes = (int) readVarint(in);
    in.position(in.position() + tokenBytes);
    int length = (int) readVarint(in);
    int numberAt = in.position();
    Keys keys = new Keys(destination);
    byte[] mask = keys.mask(packet, numberAt);
    packet[0] ^= (byte) (mask[0] & 0x0f);
    int numberBytes = (packet[0] & 3) + 1;
    long number = 0;
    for (int i = 0; i < numberBytes; i++) {
      packet[numberAt + i] ^= mask[1 + i];
      number = (number << 8) | (packet[numberAt + i] & 0xff);
    }
    byte[] header = Arrays.copyOf(packet, numberAt + numberBytes);
    byte[] sealed = Arrays.copyOfRange(packet, header.length, numberAt + length);
    byte[] frames = keys.gcm(Cipher.DECRYPT_MODE, number, header, sealed);
    int end = frames.length;
    while (end > 0 && frames[end - 1] == 0) {
      end--; // padding
    }
    return new InitialPackets(source, Arrays.copyOf(frames, end));
  }

  private static byte[] varint(int value) {
    return new byte[] {(byte) (0x40 | (value >> 8)), (byte) value};
  }

  private static long readVarint(ByteBuffer in) {
    int first = in.get() & 0xff;
    long value = first & 0x3f;
    for (int i = 1; i < 1 << (first >> 6); i++) {
      value = (value << 8) | (in.get() & 0xff);
    }
    return value;
  }

  /** The keys with which a client protects its first packets; everybody can derive them. */
  private static final class Keys {
    private final byte[] key;
    private final byte[] iv;
    private final byte[] headerKey;

    Keys(byte[] destinationId) throws GeneralSecurityException {
      byte[] client = expand(hmac(SALT, destinationId), "client in", 32);
      this.key = expand(client, "quic key", 16);
      this.iv = expand(client, "quic iv", 12);
      this.headerKey = expand(client, "quic hp", 16);
    }

    byte[] gcm(int mode, long number, byte[] header, byte[] text) throws GeneralSecurityException {
      byte[] nonce = iv.clone();
      for (int i = 0; i < 8; i++) {
        nonce[11 - i] ^= (byte) (number >>> (8 * i));
      }
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
      cipher.updateAAD(header);
      return cipher.doFinal(text);
    }

    byte[] mask(byte[] packet, int numberAt) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(headerKey, "AES"));
      return cipher.doFinal(packet, numberAt + 4, 16);
    }

    private static byte[] expand(byte[] secret, String label, int length)
        throws GeneralSecurityException {
      byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
      ByteArrayOutputStream info = new ByteArrayOutputStream();
      info.write(0);
      info.write(length);
      info.write(name.length);
      info.writeBytes(name);
      info.write(0);
      info.write(1);
      return Arrays.copyOf(hmac(secret, info.toByteArray()), length);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    }
  }
}
