package org.alknet.http.internal.site;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;

/** The pages of the web server that the decoy pretends to be. */
public final class Pages {
  /** Value of the Server field of every reply. */
  public static final String SERVER = "nginx";

  private static final HttpFields HTML = HttpFields.of("Content-Type", "text/html");
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(302, "302 Moved Temporarily"),
          Map.entry(400, "400 Bad Request"),
          Map.entry(403, "403 Forbidden"),
          Map.entry(404, "404 Not Found"),
          Map.entry(405, "405 Not Allowed"),
          Map.entry(408, "408 Request Time-out"),
          Map.entry(413, "413 Request Entity Too Large"),
          Map.entry(414, "414 Request-URI Too Large"),
          Map.entry(417, "417 Expectation Failed"),
          Map.entry(431, "431 Request Header Fields Too Large"),
          Map.entry(500, "500 Internal Server Error"),
          Map.entry(501, "501 Not Implemented"),
          Map.entry(503, "503 Service Temporarily Unavailable"),
          Map.entry(504, "504 Gateway Time-out"),
          Map.entry(505, "505 HTTP Version Not Supported"));

  private Pages() {}

  /** Returns what that server says after the number of a status; empty if as everybody does. */
  public static String reason(int status) {
    String title = TITLES.getOrDefault(status, "");
    return title.isEmpty() ? "" : title.substring(4);
  }

  /** Returns the page for a status. */
  public static HttpReply of(int status) {
    String title = TITLES.getOrDefault(status, Integer.toString(status));
    String page =
        "<html>\r\n<head><title>"
            + title
            + "</title></head>\r\n<body>\r\n<center><h1>"
            + title
            + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    return HttpReply.bytes(status, HTML, page.getBytes(StandardCharsets.US_ASCII));
  }
}
