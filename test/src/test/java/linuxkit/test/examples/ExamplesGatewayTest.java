package linuxkit.test.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import linuxkit.test.Linuxkit;
import linuxkit.test.boot.GuestRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots the WireGuard gateway, and another guest that fetches a page through the tunnel. */
@Tag("examples")
class ExamplesGatewayTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Linuxkit linuxkit = Linuxkit.withComponents();
  @TempDir private Path work;

  @Test
  void leadsIntoTheNetworkBehindIt() throws Exception {
    List<String> secrets = keys("PrivateKey");
    List<String> peers = keys("PublicKey");
    int port = freePort();
    Path state = work.resolve("state");
    String out = work.toString();
    linuxkit
        .run("build", "--arch=amd64", "--dir", out, "examples/wireguard-gateway.yml")
        .succeeds();
    Path data =
        Files.writeString(
            work.resolve("gateway.json"),
            """
            {"wireguard": {"entries": {"wg0.conf": {"perm": "0600", "content":
              "[Interface]\\nAddress = 10.99.0.1/24\\nListenPort = 51820\\nPrivateKey = %s\\n\
            [Peer]\\nPublicKey = %s\\nAllowedIPs = 10.99.0.2/32\\n"}}}}
            """
                .formatted(secrets.getFirst(), peers.getFirst()));
    linuxkit
        .run(
            "run",
            "qemu",
            "--arch=x86_64",
            "--accel=tcg",
            "--detached",
            "--state=" + state,
            "--data-file=" + data,
            "--publish",
            "127.0.0.1:" + port + ":51820/udp",
            work.resolve("wireguard-gateway").toString())
        .succeeds();
    try {
      Path client = Files.createDirectory(work.resolve("client"));
      GuestRun.build(
          client,
          "examples-tunnel.yml",
          text ->
              text.replace("PRIVATE", secrets.getLast())
                  .replace("PUBLIC", peers.getLast())
                  .replace("PORT", String.valueOf(port)));
      assertThat(GuestRun.bootConnected(client, PATIENCE, "--accel", "tcg"))
          .as(Files.readString(state.resolve("console.log")))
          .contains("This page is served by nginx");
    } finally {
      linuxkit.run("run", "stop", "--timeout", "20", state.toString());
    }
  }

  /** Returns the two keys of a kind in the example of two namespaces. */
  private static List<String> keys(String kind) throws IOException {
    String example = Files.readString(Linuxkit.PROJECT.resolve("examples/wireguard.yml"));
    return Pattern.compile(kind + " = (\\S+)")
        .matcher(example)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static int freePort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}
