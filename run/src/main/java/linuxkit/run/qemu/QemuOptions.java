package linuxkit.run.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings that only QEMU has.
 *
 * @param program QEMU's path, or its name on the PATH; empty for the usual name
 * @param firmware the UEFI firmware; empty to look for it in the usual places
 * @param accelerator QEMU's accelerators, used without a probe; empty for KVM if it works
 * @param window shows a window instead of using this terminal
 * @param usb adds a USB controller
 * @param devices values of QEMU's {@code -device}, passed on unchanged
 * @param otherFiles allows disk images to refer to other files, such as backing files
 * @param environment provides {@code PATH}, {@code HOME} and {@code LINUXKIT_QEMU_ACCEL}
 */
public record QemuOptions(
    Optional<String> program,
    Optional<Path> firmware,
    Optional<String> accelerator,
    boolean window,
    boolean usb,
    List<String> devices,
    boolean otherFiles,
    Map<String, String> environment) {

  public QemuOptions {
    devices = List.copyOf(devices);
    environment = Map.copyOf(environment);
  }

  /** Returns the options of a user who sets none. */
  public static QemuOptions defaults(Map<String, String> environment) {
    return new QemuOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        List.of(),
        false,
        environment);
  }
}
