package linuxkit.run;

import java.nio.file.Path;
import java.util.Optional;
import linuxkit.base.Progress;

/** What carries out the guest's instructions: this machine's processor, or QEMU. */
final class Acceleration {
  private Acceleration() {}

  /** QEMU's accelerators, empty to emulate; says which it is, and why. */
  static Optional<String> choose(QemuOptions options, Path binary, Host host, Progress progress) {
    Optional<String> asked =
        options
            .accel()
            .or(() -> Optional.ofNullable(options.environment().get("LINUXKIT_QEMU_ACCEL")))
            .filter(text -> !text.isEmpty());
    if (options.architecture() != host.architecture()) {
      progress.info(
          "A guest for "
              + options.architecture().word()
              + " on "
              + host.architecture().word()
              + ": emulation");
      return Optional.empty();
    }
    if (asked.isPresent()) {
      return asked;
    }
    if (host.mac()) {
      return Optional.of("hvf:tcg");
    }
    Optional<String> obstacle = KvmProbe.obstacle(binary, options.architecture());
    progress.info(obstacle.map(reason -> reason + ": emulation").orElse("KVM: works"));
    return obstacle.isPresent() ? Optional.empty() : Optional.of("kvm");
  }
}
