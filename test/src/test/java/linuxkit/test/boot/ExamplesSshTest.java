package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import linuxkit.test.Linuxkit;
import linuxkit.test.Programs;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs in to a guest by SSH with a key that its metadata contains. No metadata server answers. */
@Tag("examples")
class ExamplesSshTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int PORT = 22922;

  @TempDir Path work;

  @Test
  void runsACommandForTheKeyOfTheMetadata() throws Exception {
    GuestRun.build(work, "examples-ssh.yml", text -> text).succeeds();
    Path key = work.resolve("key");
    Programs.run(work, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key);
    Path data = work.resolve("data.json");
    Files.writeString(data, metadata(Files.readString(work.resolve("key.pub")).strip()));
    Path state = work.resolve("state");
    Linuxkit linuxkit = Linuxkit.withComponents();
    linuxkit
        .run(
            List.of(
                    "run",
                    "qemu",
                    "--arch",
                    "x86_64",
                    "--accel",
                    "tcg",
                    "--detached",
                    "--state",
                    state.toString(),
                    "--data-file",
                    data.toString(),
                    "--publish",
                    "127.0.0.1:" + PORT + ":22",
                    work.resolve("guest").toString())
                .toArray(String[]::new))
        .succeeds();
    try {
      assertThat(login(key, "hostname; cat /run/config/provider"))
          .isEqualTo("from-metadata\nCDROM /dev/sr0");
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }

  private static String metadata(String key) {
    return """
        {"ssh": {"perm": "0700",
          "entries": {"authorized_keys": {"perm": "0600", "content": "%s\\n"}}},
         "hostname": {"content": "from-metadata\\n"}}
        """
        .formatted(key);
  }

  private String login(Path key, String command) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    List<String> line =
        List.of("timeout", "20", "ssh", "-i", key.toString(), "-p", String.valueOf(PORT), "-q");
    while (Instant.now().isBefore(end)) {
      ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(line));
      builder
          .command()
          .addAll(
              List.of(
                  "-oStrictHostKeyChecking=no",
                  "-oUserKnownHostsFile=/dev/null",
                  "-oBatchMode=yes",
                  "-oConnectTimeout=5",
                  "root@127.0.0.1",
                  command));
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() == 0) {
        return out.strip();
      }
      Thread.sleep(1000);
    }
    throw new AssertionError("no login within " + PATIENCE);
  }
}
