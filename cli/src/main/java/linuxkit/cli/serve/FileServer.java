package linuxkit.cli.serve;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import linuxkit.base.Progress;

/**
 * A server of a directory that slow clients cannot keep busy: connections, the time of a request
 * and the time in which a client takes each part of a response are limited.
 */
final class FileServer implements AutoCloseable {
  /** More than the machines of several racks that boot at once. */
  static final int CONNECTIONS = 500;

  /** From the first byte of a request to the end of its header, or of its body if it has one. */
  static final Duration REQUEST = Duration.ofSeconds(10);

  /** For each 64 KiB of a response, as slow as a modem takes them. */
  static final Duration PART = Duration.ofSeconds(60);

  private final ExecutorService threads;
  private final StalledWriters writers;
  private final HttpServer server;

  private FileServer(ExecutorService threads, StalledWriters writers, HttpServer server) {
    this.threads = threads;
    this.writers = writers;
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param directory its real path
   * @param part the longest time for a part of a response
   * @throws IOException if the address is in use or does not belong to this machine
   */
  static FileServer start(
      InetSocketAddress address, Path directory, Duration part, Progress progress)
      throws IOException {
    // The JDK's server reads these once, when the first one is created.
    System.setProperty("jdk.httpserver.maxConnections", String.valueOf(CONNECTIONS));
    System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(REQUEST.toSeconds()));
    HttpServer server = HttpServer.create(address, 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    StalledWriters writers = new StalledWriters(part);
    server.createContext("/", new FileHandler(directory, writers, progress));
    server.setExecutor(threads);
    server.start();
    return new FileServer(threads, writers, server);
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    writers.close();
    threads.shutdownNow();
  }
}
