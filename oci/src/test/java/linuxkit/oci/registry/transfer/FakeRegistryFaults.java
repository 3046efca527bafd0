package linuxkit.oci.registry.transfer;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** Faulty responses of a {@link FakeRegistry}. */
final class FakeRegistryFaults {
  private FakeRegistryFaults() {}

  /** Sends data until the client closes the connection. */
  static HttpHandler endless(String type) {
    return exchange -> {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, 0);
      byte[] some = new byte[8192];
      Arrays.fill(some, (byte) ' ');
      try (OutputStream body = exchange.getResponseBody()) {
        while (true) {
          body.write(some);
        }
      } catch (IOException e) {
        exchange.close();
      }
    };
  }

  /** Never answers. */
  static HttpHandler never() {
    return exchange -> {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        exchange.close();
      }
    };
  }

  /** Sends a byte at a time, often enough that the connection does not count as idle. */
  static HttpHandler drip(byte[] content) {
    return exchange -> {
      exchange.sendResponseHeaders(200, content.length);
      OutputStream body = exchange.getResponseBody();
      try {
        for (byte b : content) {
          body.write(b);
          body.flush();
          Thread.sleep(20);
        }
      } catch (IOException | InterruptedException e) {
        exchange.close();
      }
    };
  }

  /** Answers {@code Range: bytes=N-} and {@code bytes=N-M} by RFC 9110, 14. */
  static HttpHandler range(byte[] content) {
    return rangeCutAfter(content, Integer.MAX_VALUE);
  }

  /** Answers ranges, but closes the connection after {@code count} bytes. */
  static HttpHandler rangeCutAfter(byte[] content, int count) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range").substring("bytes=".length());
      int dash = range.indexOf('-');
      int start = Integer.parseInt(range.substring(0, dash));
      int end =
          dash + 1 == range.length()
              ? content.length
              : Integer.parseInt(range.substring(dash + 1)) + 1;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + content.length);
      exchange.sendResponseHeaders(206, end - start);
      exchange.getResponseBody().write(content, start, Math.min(count, end - start));
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }

  /** Answers ranges, but closes the connection after each {@code piece} bytes. */
  static HttpHandler inPieces(byte[] content, int piece) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int start =
          range == null
              ? 0
              : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      String end = "-" + (content.length - 1) + "/" + content.length;
      exchange.getResponseHeaders().set("Content-Range", "bytes " + start + end);
      exchange.sendResponseHeaders(start == 0 ? 200 : 206, content.length - start);
      exchange.getResponseBody().write(content, start, Math.min(piece, content.length - start));
      exchange.getResponseBody().flush();
      exchange.close();
    };
  }
}
