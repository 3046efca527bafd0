package linuxkit.run.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import linuxkit.run.Architecture;
import linuxkit.run.MachineSpec;
import linuxkit.run.Network;
import linuxkit.run.PortMapping;

/**
 * QEMU's command line, with its arguments in the order in which LinuxKit gives them. All paths are
 * absolute.
 *
 * @param detached runs in the background, with the console in a file
 */
record QemuCommand(
    Path program,
    MachineSpec machine,
    QemuOptions options,
    Acceleration acceleration,
    GuestBoot boot,
    Storage storage,
    GuestIdentity identity,
    boolean detached) {

  /** Returns the program and its arguments. */
  List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(program.toString());
    line.addAll(List.of("-smp", Integer.toString(machine.processors())));
    line.addAll(List.of("-m", Integer.toString(machine.memory())));
    line.addAll(List.of("-uuid", identity.uuid().toString()));
    line.addAll(List.of("-pidfile", identity.state().pidFile().toString()));
    if (machine.architecture() == Architecture.AARCH64) {
      // Not "max": emulating its pointer authentication makes a kernel start five times slower.
      line.addAll(List.of("-cpu", acceleration.hardware() ? "host" : "cortex-a72"));
    }
    line.addAll(List.of("-machine", machineType()));
    if (!acceleration.host().mac()) {
      line.addAll(List.of("-object", "rng-random,id=rng0,filename=/dev/urandom"));
      line.addAll(List.of("-device", "virtio-rng-" + bus() + ",rng=rng0"));
    }
    line.addAll(storage.options(boot.image(), machine.architecture()));
    boot.firmware().map(UefiFirmware::options).ifPresent(line::addAll);
    line.addAll(boot.kernelOptions(machine.architecture()));
    addNetwork(line);
    addConsole(line);
    if (options.usb()) {
      line.add("-usb");
    }
    options.devices().forEach(device -> line.addAll(List.of("-device", device)));
    line.addAll(SharedFolders.options(storage.shares(), machine.memory()));
    line.addAll(List.of("-qmp", monitor(identity.state().monitor())));
    return List.copyOf(line);
  }

  /** Returns the value of {@code -qmp} for a monitor at this socket. */
  static String monitor(Path socket) {
    return "unix:" + escape(socket) + ",server=on,wait=off";
  }

  private String bus() {
    return machine.architecture() == Architecture.S390X ? "ccw" : "pci";
  }

  private String machineType() {
    String name =
        switch (machine.architecture()) {
          case X86_64 -> "q35";
          case RISCV64 -> "virt";
          case S390X -> "s390-ccw-virtio";
          case AARCH64 -> {
            if (!acceleration.hardware()) {
              yield "virt";
            }
            yield acceleration.host().mac() ? "virt,highmem=off" : "virt,gic_version=host";
          }
        };
    return name + acceleration.accelerators().map(names -> ",accel=" + names).orElse("");
  }

  private void addNetwork(List<String> line) {
    StringBuilder netdev = new StringBuilder();
    switch (machine.network()) {
      case Network.None _ -> {
        line.addAll(List.of("-net", "none"));
        return;
      }
      case Network.User _ -> netdev.append("user,id=t0");
      case Network.Tap tap ->
          netdev.append("tap,id=t0,ifname=").append(tap.name()).append(",script=no,downscript=no");
      case Network.Bridge bridge -> netdev.append("bridge,id=t0,br=").append(bridge.name());
    }
    for (PortMapping port : machine.ports()) {
      netdev
          .append(",hostfwd=")
          .append(port.protocol().label())
          .append(port.address().isPresent() ? ":" : "::")
          .append(port.listener())
          .append("-:")
          .append(port.guest());
    }
    String mac = ",mac=" + identity.macAddress();
    line.addAll(List.of("-device", "virtio-net-" + bus() + ",netdev=t0" + mac));
    line.addAll(List.of("-netdev", netdev.toString()));
  }

  /**
   * Connects the console. At a terminal the signal characters stay with this process, so that
   * Ctrl-C powers the guest off; all other keys, such as QEMU's own Ctrl-A X, go to QEMU.
   */
  private void addConsole(List<String> line) {
    if (detached) {
      String console = "file,id=console,path=" + escape(identity.state().console());
      line.addAll(options.window() ? List.of() : List.of("-display", "none"));
      line.addAll(List.of("-chardev", console));
      line.addAll(List.of("-serial", "chardev:console", "-monitor", "none", "-daemonize"));
    } else if (!options.window()) {
      String log = boot.isCharted() ? ",logfile=" + escape(identity.state().console()) : "";
      line.addAll(List.of("-nographic", "-chardev", "stdio,id=console,mux=on,signal=on" + log));
      line.addAll(List.of("-serial", "chardev:console", "-mon", "chardev=console"));
    }
  }

  /** Doubles commas: in QEMU's option strings a single comma ends a value. */
  static String escape(Path path) {
    return path.toString().replace(",", ",,");
  }
}
