package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds a system for 64-bit RISC-V and boots it, if QEMU for that is installed. */
@Tag("guest")
class GuestRiscv64Test {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path work;

  @Test
  void bootsOnRiscv64() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-system-riscv64")),
        "qemu-system-riscv64 is not installed");
    Path manifest = work.resolve("riscv64.yml");
    try (var template = GuestRiscv64Test.class.getResourceAsStream("/guest-riscv64.yml")) {
      Files.writeString(
          manifest,
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString()));
    }
    // Not every mirror has security updates for this architecture.
    Path settings = Files.createDirectories(work.resolve(".moby/linuxkit"));
    Files.writeString(settings.resolve("config.yml"), "debian:\n  without: [security]\n");
    Linuxkit linuxkit = Linuxkit.withComponents().withEnvironment(Map.of("HOME", work.toString()));
    linuxkit
        .run("build", "--arch", "riscv64", "--dir", work.toString(), manifest.toString())
        .succeeds();
    Path state = work.resolve("state");
    linuxkit
        .run(
            "run",
            "--arch",
            "riscv64",
            "--accel",
            "tcg",
            "--detached",
            "--networking",
            "none",
            "--state",
            state.toString(),
            work.resolve("riscv64").toString())
        .succeeds();
    try {
      Path console = state.resolve("console.log");
      Instant end = Instant.now().plus(PATIENCE);
      while (!Files.readString(console).contains("Power down") && Instant.now().isBefore(end)) {
        Thread.sleep(250);
      }
      assertThat(Files.readString(console)).contains("riscv64 PASSED").contains("Power down");
    } finally {
      linuxkit.run("run", "stop", state.toString());
    }
  }
}
