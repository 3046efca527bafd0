package linuxkit.oci.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import linuxkit.base.ProgramSearch;

/**
 * The place of a Docker Engine, as {@code DOCKER_HOST} names it: a socket of this machine, a TCP
 * port with or without TLS, or another machine that is reached by {@code ssh}.
 */
final class EngineAddress {
  private static final String DEFAULT = "unix:///var/run/docker.sock";
  private static final String UNIX = "unix://";
  private static final Pattern REMOTE =
      Pattern.compile(
          "(?<scheme>tcp|http|https|ssh)://(?:(?<user>[A-Za-z0-9._][A-Za-z0-9._-]*)@)?"
              + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._][A-Za-z0-9._-]*)(?::(?<port>[0-9]{1,5}))?/?");
  private static final int PLAIN_PORT = 2375;
  private static final int TLS_PORT = 2376;
  private static final int TIMEOUT_MILLIS = 30_000;

  /** A connection to an engine. */
  interface Connection extends AutoCloseable {
    InputStream in() throws IOException;

    OutputStream out() throws IOException;

    @Override
    void close() throws IOException;
  }

  private final String text;
  private final Map<String, String> environment;

  private EngineAddress(String text, Map<String, String> environment) {
    this.text = text;
    this.environment = environment;
  }

  /** Returns the address that the environment names; empty if it is of another kind. */
  static Optional<EngineAddress> of(Map<String, String> environment) {
    String host = environment.getOrDefault("DOCKER_HOST", "");
    String address = host.isEmpty() ? DEFAULT : host;
    return address.startsWith(UNIX) || isRemote(address)
        ? Optional.of(new EngineAddress(address, environment))
        : Optional.empty();
  }

  private static boolean isRemote(String address) {
    Matcher remote = REMOTE.matcher(address);
    return remote.matches()
        && (remote.group("port") == null || Integer.parseInt(remote.group("port")) <= 0xffff);
  }

  /** Returns whether what the engine sends can be changed on its way. */
  boolean isOpenToOthers() {
    Matcher remote = REMOTE.matcher(text);
    return remote.matches()
        && !remote.group("scheme").equals("ssh")
        && !usesTls(remote)
        && !List.of("localhost", "127.0.0.1", "[::1]").contains(remote.group("host"));
  }

  Connection connect() throws IOException {
    Matcher remote = REMOTE.matcher(text);
    if (!remote.matches()) {
      return local(SocketChannel.open(unix(text)));
    }
    return remote.group("scheme").equals("ssh") ? ssh(remote) : tcp(remote);
  }

  private static UnixDomainSocketAddress unix(String text) {
    return UnixDomainSocketAddress.of(Path.of(text.substring(UNIX.length())));
  }

  private static Connection local(SocketChannel channel) {
    return new Connection() {
      @Override
      public InputStream in() {
        return Channels.newInputStream(channel);
      }

      @Override
      public OutputStream out() {
        return Channels.newOutputStream(channel);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private boolean usesTls(Matcher remote) {
    return remote.group("scheme").equals("https")
        || !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty()
        || !environment.getOrDefault("DOCKER_CERT_PATH", "").isEmpty();
  }

  private Connection tcp(Matcher remote) throws IOException {
    boolean tls = usesTls(remote);
    String host = remote.group("host").replaceAll("[\\[\\]]", "");
    int port =
        remote.group("port") == null
            ? tls ? TLS_PORT : PLAIN_PORT
            : Integer.parseInt(remote.group("port"));
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
      return of(tls ? secured(plain, host, port) : plain);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            EngineCertificates.context(environment)
                .getSocketFactory()
                .createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static Connection of(Socket socket) {
    return new Connection() {
      @Override
      public InputStream in() throws IOException {
        return socket.getInputStream();
      }

      @Override
      public OutputStream out() throws IOException {
        return socket.getOutputStream();
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  // As Docker's own client does: the other machine's client passes the bytes on.
  private Connection ssh(Matcher remote) throws IOException {
    Path ssh =
        ProgramSearch.find("ssh", environment)
            .orElseThrow(() -> new IOException("there is no program ssh"));
    List<String> line = new ArrayList<>(List.of(ssh.toString(), "-o", "ConnectTimeout=30", "-T"));
    if (remote.group("user") != null) {
      line.addAll(List.of("-l", remote.group("user")));
    }
    if (remote.group("port") != null) {
      line.addAll(List.of("-p", remote.group("port")));
    }
    line.addAll(List.of("--", remote.group("host").replaceAll("[\\[\\]]", "")));
    line.addAll(List.of("docker", "system", "dial-stdio"));
    Process process = new ProcessBuilder(line).redirectError(Redirect.INHERIT).start();
    return new Connection() {
      @Override
      public InputStream in() {
        return process.getInputStream();
      }

      @Override
      public OutputStream out() {
        return process.getOutputStream();
      }

      @Override
      public void close() {
        process.destroy();
      }
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
