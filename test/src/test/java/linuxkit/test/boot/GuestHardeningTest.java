package linuxkit.test.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import linuxkit.test.Linuxkit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hardened systems: what containers may not do, and what ends in a restart. */
@Tag("guest")
class GuestHardeningTest {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @TempDir Path work;

  @Test
  void confinesContainersOfOtherBuildersAndRestartsAfterAPanic() throws Exception {
    build(
        "guest-hardening",
        Map.of(
            "BUNDLE:escape", bundle("escape", "", ""),
            "BUNDLE:network", bundle("network", "\"CAP_NET_ADMIN\"", ""),
            "BUNDLE:decided", bundle("decided", "", ", \"seccomp\": null, \"readonlyPaths\": []")));
    String console = boot("guest-hardening", "");
    assertThat(console)
        .contains("000-escape: escape PASSED", "service: escape PASSED")
        .doesNotContain("OPENED")
        .contains("network PASSED", "decided PASSED")
        .contains(
            "kernel/core_pattern=core",
            "kernel/sysrq=0",
            "kernel/kptr_restrict=2",
            "kernel/kexec_load_disabled=1",
            "kernel/unprivileged_bpf_disabled=2",
            "kernel/panic=10",
            "kernel/panic_on_oops=1",
            "kernel/tainted=0",
            "kernel/shm_rmid_forced=1",
            "kernel/msgmni=1024",
            "net/core/bpf_jit_harden=2",
            "net/ipv4/conf/all/accept_redirects=0",
            "net/ipv4/conf/eth0/accept_redirects=0",
            "net/ipv4/conf/eth0/rp_filter=2",
            "fs/suid_dumpable=0",
            "fs/protected_fifos=2",
            "fs/protected_regular=2",
            "dev/tty/ldisc_autoload=0",
            "none [integrity] confidentiality",
            "core limit 0")
        .as("the package sysctl and the kernel command line decide")
        .contains("kernel/dmesg_restrict=0", "kernel/yama/ptrace_scope=2")
        .contains("init: /dev/watchdog0: restarts the machine if process 1 does not run for 60 s")
        .contains("operator PASSED", "sysrq triggered crash", "Rebooting in 10 seconds");
  }

  @Test
  void restartsIfTheFirstProcessIsStuckOrMissing() throws Exception {
    build("guest-stuck", Map.of());
    assertThat(boot("guest-stuck", ""))
        .contains("three times the limit", "frozen 1")
        .doesNotContain("panic - not syncing");
    assertThat(boot("guest-stuck", " rdinit=/missing"))
        .contains("panic - not syncing", "Rebooting in 10 seconds");
  }

  @Test
  void saysWhatItWaitsForAndRestartsIfTheRootNeverAppears() throws Exception {
    GuestRun.build(work, "guest-stuck.yml", text -> text, "--format", "kernel+erofs");
    List<String> arguments =
        List.of(
            "-append",
            Files.readString(work.resolve("guest-cmdline")) + " root=LABEL=nowhere",
            "-kernel",
            work.resolve("guest-kernel").toString(),
            "-initrd",
            work.resolve("guest-erofs-initrd.img").toString());
    try (Guest guest = Guest.pc(work.resolve("root.log"), arguments)) {
      assertThat(guest.consoleAtTheEnd(PATIENCE))
          .contains("still waiting for root=LABEL=nowhere (30 s)")
          .contains("root=LABEL=nowhere not found within 60 seconds")
          .contains("panic - not syncing", "Rebooting in 10 seconds");
    }
  }

  /** A config.json as LinuxKit's builder writes it. */
  private static String bundle(String name, String capabilities, String paths) {
    String set = "[" + capabilities + "]";
    return """
        {"ociVersion": "1.0.2", "hostname": "",
         "process": {"args": ["/bin/sh", "/probe/%s"], "cwd": "/", "env": ["PATH=/sbin:/bin"],
          "user": {"uid": 0, "gid": 0}, "terminal": false,
          "capabilities": {"bounding": %s, "effective": %s, "permitted": %s}},
         "root": {"path": "rootfs"},
         "mounts": [
          {"destination": "/proc", "type": "proc", "source": "proc"},
          {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"]},
          {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid"]},
          {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
           "options": ["ro"]},
          {"destination": "/probe", "type": "bind", "source": "/etc/probe",
           "options": ["rbind", "ro"]}],
         "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}%s]%s}}"""
        .formatted(
            name, set, set, set, capabilities.isEmpty() ? "" : ", {\"type\": \"network\"}", paths);
  }

  private void build(String name, Map<String, String> bundles) throws IOException {
    Path manifest = work.resolve(name + ".yml");
    try (var template = GuestHardeningTest.class.getResourceAsStream("/" + name + ".yml")) {
      String text =
          new String(template.readAllBytes(), UTF_8)
              .replace("COMPONENTS", Linuxkit.PROJECT.resolve("pkg").toString());
      for (Map.Entry<String, String> bundle : bundles.entrySet()) {
        text = text.replace(bundle.getKey(), bundle.getValue().replace("\n", " "));
      }
      Files.writeString(manifest, text);
    }
    Linuxkit.withComponents()
        .run("build", "--arch", "amd64", "--dir", work.toString(), manifest.toString())
        .succeeds();
  }

  /** Boots a system with a watchdog, and returns its console after the machine has restarted. */
  private String boot(String name, String words) throws IOException, InterruptedException {
    String cmdline = Files.readString(work.resolve(name + "-cmdline")) + words;
    List<String> arguments = new ArrayList<>(List.of("-device", "i6300esb", "-append", cmdline));
    arguments.addAll(List.of("-kernel", work.resolve(name + "-kernel").toString()));
    arguments.addAll(List.of("-initrd", work.resolve(name + "-initrd.img").toString()));
    try (Guest guest = Guest.pc(work.resolve(name + ".log"), arguments)) {
      return guest.consoleAtTheEnd(PATIENCE);
    }
  }
}
