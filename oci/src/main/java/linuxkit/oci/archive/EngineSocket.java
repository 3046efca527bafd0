package linuxkit.oci.archive;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A client for the Docker Engine's API, also over Unix sockets and ssh, which the JDK's HTTP client
 * does not support. Requests use HTTP/1.0, so a response ends with the connection and is never
 * chunked.
 */
final class EngineSocket {
  private static final int MAX_HEAD = 64 << 10;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final EngineAddress address;

  EngineSocket(EngineAddress address) {
    this.address = address;
  }

  /**
   * Sends a GET request.
   *
   * @param path the path of the request; must need no escapes
   * @return the body, which the caller closes; empty if the engine answers 404
   * @throws IOException if the engine does not answer, or with any other status
   */
  Optional<InputStream> get(String path) throws IOException {
    EngineAddress.Connection connection = address.connect();
    boolean handedOn = false;
    try {
      String request = "GET " + path + " HTTP/1.0\r\nHost: docker\r\n\r\n";
      connection.out().write(request.getBytes(StandardCharsets.US_ASCII));
      connection.out().flush();
      InputStream in = new Body(connection);
      int status = status(line(in));
      while (!line(in).isEmpty()) {}
      if (status == NOT_FOUND) {
        return Optional.empty();
      }
      if (status != OK) {
        throw new IOException("the engine returned status " + status);
      }
      handedOn = true;
      return Optional.of(in);
    } finally {
      if (!handedOn) {
        connection.close();
      }
    }
  }

  /** The body of an answer; closing it ends the connection. */
  private static final class Body extends BufferedInputStream {
    private final EngineAddress.Connection connection;

    private Body(EngineAddress.Connection connection) throws IOException {
      super(connection.in(), 1 << 16);
      this.connection = connection;
    }

    @Override
    public void close() throws IOException {
      super.close();
      connection.close();
    }
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[0-9]{3}")) {
      throw new IOException("the engine did not reply in HTTP");
    }
    return Integer.parseInt(words[1]);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 || line.size() > MAX_HEAD) {
        throw new EOFException("the response header of the engine is truncated or too long");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }
}
