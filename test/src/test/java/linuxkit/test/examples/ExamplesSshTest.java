package linuxkit.test.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import linuxkit.test.boot.GuestRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs in to a guest by SSH with a key that its metadata contains. Its clock, which is years
 * behind, is set from a time server in a second guest, which has its address from the metadata of a
 * disk.
 */
@Tag("examples")
class ExamplesSshTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Linuxkit linuxkit = Linuxkit.withComponents();
  @TempDir Path work;

  @Test
  void logsInByKeyAndHasTheTimeOfAnotherGuest() throws Exception {
    Path server = built("server", "examples-time-server.yml");
    Path client = built("client", "examples-ssh.yml");
    Path key = work.resolve("key");
    Programs.run(work, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
    int cable = freePort();
    int port = freePort();
    try {
      start(
          server,
          emulator(server, "listen=127.0.0.1:" + cable, "01", "-cdrom " + networkDisk()),
          List.of("--networking", "none"));
      assertThat(server(server))
          .contains("show: time-server", "show: nameserver 10.77.0.1", "inet 10.77.0.1/24");
      start(
          client,
          emulator(client, "connect=127.0.0.1:" + cable, "02", "-rtc base=2020-01-01"),
          List.of(
              "--data-file",
              metadata(Files.readString(work.resolve("key.pub")).strip()).toString(),
              "--publish",
              "127.0.0.1:" + port + ":22"));
      assertThat(
              login(key, port, "hostname; cat /run/config/provider; busybox stat -c ' %a' .ssh/*"))
          .isEqualTo("from-metadata\nCDROM /dev/sr0 600");
      assertThat(login(key, port, "cat /run/config/script")).isEqualTo("#!/bin/sh");
      assertThat(login(key, port, "sh -lc 'echo \"$PS1\"'"))
          .isEqualTo("(ns: sshd) from-metadata:\\w#");
      // Set at once if the server has answered; otherwise the command fails, and is repeated.
      login(key, port, "grep 'set local clock' /var/log/openntpd*");
      long seconds = Long.parseLong(login(key, port, "busybox date +%s"));
      assertThat(Instant.ofEpochSecond(seconds))
          .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    } finally {
      stop(client);
      stop(server);
    }
  }

  private Path built(String name, String template) throws IOException {
    Path folder = Files.createDirectory(work.resolve(name));
    GuestRun.build(folder, template, text -> text).succeeds();
    return folder;
  }

  private void start(Path folder, Path emulator, List<String> options) {
    List<String> line = new ArrayList<>(List.of("run", "qemu", "--arch", "x86_64"));
    line.addAll(List.of("--accel", "tcg", "--detached", "--qemu", emulator.toString()));
    line.addAll(List.of("--state", folder.resolve("state").toString()));
    line.addAll(options);
    line.add(folder.resolve("guest").toString());
    linuxkit.run(line.toArray(String[]::new)).succeeds();
  }

  private void stop(Path folder) {
    linuxkit.run("run", "stop", "--timeout", "20", folder.resolve("state").toString());
  }

  /**
   * Returns a program that runs QEMU with a second network card at a cable between the two guests,
   * which {@code linuxkit run} has no option for.
   */
  private static Path emulator(Path folder, String cable, String address, String options)
      throws IOException {
    String card = "virtio-net-pci,netdev=cable,mac=52:54:00:77:00:" + address;
    Path program =
        Files.writeString(
            folder.resolve("emulator"),
            """
            #!/bin/sh
            for word; do
              [ "$word" != -kernel ] ||
                exec qemu-system-x86_64 "$@" -netdev socket,id=cable,%s -device %s %s
            done
            exec qemu-system-x86_64 "$@"
            """
                .formatted(cable, card, options));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  /** Returns a disk of NoCloud that gives the first card an address. */
  private Path networkDisk() throws IOException {
    Path folder = Files.createDirectory(work.resolve("cidata"));
    Files.writeString(folder.resolve("meta-data"), "local-hostname: time-server\n");
    Files.writeString(
        folder.resolve("network-config"),
        """
        version: 2
        ethernets:
          cable:
            match:
              macaddress: "52:54:00:77:00:01"
            addresses: [10.77.0.1/24]
            nameservers:
              addresses: [10.77.0.1]
        """);
    Path disk = work.resolve("cidata.iso");
    Programs.run(
        work, "xorriso", "-as", "mkisofs", "-quiet", "-V", "cidata", "-R", "-o", disk, folder);
    return disk;
  }

  private Path metadata(String key) throws IOException {
    return Files.writeString(
        work.resolve("data.json"),
        """
        {"ssh": {"perm": "0700",
          "entries": {"authorized_keys": {"perm": "0600", "content": "%s\\n"}}},
         "script": {"perm": "0755", "content": "#!/bin/sh\\n"},
         "../outside": {"content": "no"},
         "hostname": {"content": "from-metadata\\n"}}
        """
            .formatted(key));
  }

  /** Returns what the server printed until it was ready. */
  private static String server(Path folder) throws IOException, InterruptedException {
    Path console = folder.resolve("state/console.log");
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      String text = Files.readString(console);
      if (text.contains("show: is ready")) {
        return text;
      }
      Thread.sleep(500);
    }
    throw new AssertionError("no time server; the console:\n" + Files.readString(console));
  }

  /** Returns what a command prints that succeeds. */
  private static String login(Path key, int port, String command) throws Exception {
    List<String> line = new ArrayList<>(List.of("timeout", "20", "ssh", "-q", "-i"));
    line.addAll(List.of(key.toString(), "-p", String.valueOf(port), "-oBatchMode=yes"));
    line.addAll(List.of("-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null"));
    line.addAll(List.of("-oConnectTimeout=10", "root@127.0.0.1", command));
    Instant end = Instant.now().plus(PATIENCE);
    String out = "";
    while (Instant.now().isBefore(end)) {
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      process.getOutputStream().close();
      out = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() == 0) {
        return out;
      }
      Thread.sleep(1000);
    }
    throw new AssertionError(command + " did not succeed within " + PATIENCE + ": " + out);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
