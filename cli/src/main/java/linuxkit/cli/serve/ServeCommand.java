package linuxkit.cli.serve;

import static linuxkit.cli.syntax.CommandSyntax.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import linuxkit.base.Progress;
import linuxkit.cli.syntax.Command;
import linuxkit.cli.syntax.CommandSyntax;
import linuxkit.cli.syntax.Flag;
import linuxkit.cli.syntax.Flags;
import linuxkit.cli.syntax.UsageFailure;

/** {@code linuxkit serve}: serves the files of a directory over HTTP until it is stopped. */
public final class ServeCommand implements Command {
  private static final Flag<Optional<String>> PORT =
      Flag.text(
          "[ADDRESS]:PORT",
          "Address to listen on (default: 127.0.0.1:8080); :8080 is port 8080 of all addresses.",
          "--port");
  private static final Flag<Optional<String>> DIRECTORY =
      Flag.text("DIR", "Directory to serve (default: the current one).", "--directory");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]]*)(?<colon>:))?(?<port>[0-9]{1,5})");

  private final Progress progress;

  private ServeCommand(Progress progress) {
    this.progress = progress;
  }

  /** Returns the command's syntax. */
  public static CommandSyntax syntax(Progress progress) {
    return command(
            "serve", "Serve a directory over HTTP, for network boots.", new ServeCommand(progress))
        .with(PORT)
        .with(DIRECTORY)
        .example("linuxkit serve --directory out", "linuxkit serve --port 192.0.2.1:80");
  }

  @Override
  public int run(Flags flags) {
    Path directory = Path.of(flags.get(DIRECTORY).orElse(""));
    if (!Files.isDirectory(directory)) {
      throw new UsageFailure("not a directory: " + directory, "check --directory");
    }
    InetSocketAddress address = address(flags.get(PORT).orElse("127.0.0.1:8080"));
    try (FileServer server =
        FileServer.start(address, directory.toRealPath(), FileServer.PART, progress)) {
      progress.info("Serving " + directory.toAbsolutePath() + " at " + url(server.address()));
      new CountDownLatch(1).await();
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    } catch (IOException e) {
      throw new UsageFailure(
          "cannot listen on " + url(address) + ": " + e.getMessage(), "choose another --port");
    }
  }

  /** Reads an address: a port alone is one of this machine's loopback interface. */
  static InetSocketAddress address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > 0xffff) {
      throw new UsageFailure(
          "not an address: " + text, "write it as 8080, :8080 or 192.0.2.1:8080");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (matcher.group("colon") == null) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
    String host = matcher.group("host");
    InetSocketAddress address =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new UsageFailure("there is no host of that name: " + host, "check --port");
    }
    return address;
  }

  private static String url(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
