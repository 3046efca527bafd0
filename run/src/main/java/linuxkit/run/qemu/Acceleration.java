package linuxkit.run.qemu;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.run.Architecture;

/**
 * The decision between this machine's processor and QEMU's emulation.
 *
 * @param accelerators in QEMU's notation, such as {@code hvf:tcg}; empty to emulate
 */
record Acceleration(HostMachine host, Optional<String> accelerators) {
  /** Chooses the accelerators, and reports whether KVM is used and why not. */
  static Acceleration choose(
      QemuOptions options, Architecture guest, Path program, HostMachine host, Progress progress) {
    if (guest != host.architecture()) {
      progress.info(
          "Emulating the guest: its architecture is "
              + guest.label()
              + ", this machine's is "
              + host.architecture().label());
      return new Acceleration(host, Optional.empty());
    }
    Optional<String> requested =
        options
            .accelerator()
            .or(() -> Optional.ofNullable(options.environment().get("LINUXKIT_QEMU_ACCEL")))
            .filter(text -> !text.isEmpty());
    if (requested.isPresent()) {
      return new Acceleration(host, requested);
    }
    if (host.mac()) {
      return new Acceleration(host, Optional.of("hvf:tcg"));
    }
    Optional<String> obstacle = KvmProbe.obstacle(program, guest);
    progress.info(obstacle.map(reason -> "Emulating the guest: " + reason).orElse("Using KVM"));
    return new Acceleration(host, obstacle.isPresent() ? Optional.empty() : Optional.of("kvm"));
  }

  /** Returns whether this machine's processor runs the guest. */
  boolean hardware() {
    return accelerators.isPresent() && !accelerators.get().startsWith("tcg");
  }
}
