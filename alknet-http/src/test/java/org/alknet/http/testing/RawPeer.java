package org.alknet.http.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.alknet.testkit.Await;

/** A client that sends exactly the bytes it is told to, and shows exactly what comes back. */
public final class RawPeer implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Await.DEADLINE.toMillis());
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /** Connects without TLS. */
  public static RawPeer clear(World world) {
    return clear(world.clear());
  }

  /** Connects without TLS. */
  public static RawPeer clear(InetSocketAddress to) {
    try {
      Socket socket = new Socket(to.getAddress(), to.getPort());
      socket.setTcpNoDelay(true);
      return new RawPeer(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects with TLS and these ALPN ids; the handshake is made at once. */
  public static RawPeer secure(World world, String... alpn) throws IOException {
    return secure(world, "TLSv1.3", alpn);
  }

  /** Connects with one version of TLS. */
  public static RawPeer secure(World world, String version, String[] alpn) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            TestCertificate.trusting()
                .getSocketFactory()
                .createSocket("localhost", world.secure().getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(alpn);
    parameters.setProtocols(new String[] {version});
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
      return new RawPeer(socket);
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  /** Which ALPN id was negotiated; empty if none. */
  public String alpn() {
    return ((SSLSocket) socket).getApplicationProtocol();
  }

  /** The socket itself. */
  public Socket socket() {
    return socket;
  }

  /** Sends a text in ISO-8859-1. */
  public RawPeer send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends bytes. */
  public RawPeer send(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends bytes and says whether that worked: the server may have hung up. */
  public boolean trySend(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Says that nothing more will be sent. */
  public RawPeer finish() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether something can be read at once. */
  public boolean hasReply() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads one byte; -1 at the end, however it came. */
  public int read() {
    try {
      return in.read();
    } catch (SocketException reset) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads so many bytes, or fewer if the connection ends before. */
  public byte[] read(int count) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < count) {
      int b = read();
      if (b < 0) {
        break;
      }
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  /** Reads a reply: the header and as much body as it announces. */
  public String reply() {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = read();
      if (b < 0) {
        return head.toString();
      }
      head.append((char) b);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    return head + new String(read(length), StandardCharsets.UTF_8);
  }

  /** Reads until the server hangs up. */
  public String rest() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = read(); b >= 0; b = read()) {
      bytes.write(b);
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /** The status of a reply. */
  public static int status(String reply) {
    return reply.length() < 12 ? 0 : Integer.parseInt(reply.substring(9, 12));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
