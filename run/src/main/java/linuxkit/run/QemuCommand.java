package linuxkit.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * QEMU's arguments, in the order of spec linuxkit-cli 7.2. All paths are absolute.
 *
 * @param accel QEMU's accelerators; empty to emulate
 * @param drives the disks, a boot disk first
 * @param commandLine the kernel's, where {@code boot} has a kernel
 * @param detached in the background, with the console in a file
 */
record QemuCommand(
    Path binary,
    QemuOptions options,
    Host host,
    Optional<String> accel,
    Boot boot,
    List<Drive> drives,
    List<Path> cdroms,
    Optional<Path> firmware,
    String commandLine,
    String mac,
    UUID uuid,
    StateDirectory state,
    boolean detached) {

  /**
   * @param format empty to let QEMU look
   * @param kept whether what the guest writes goes to the file, and not away with the guest
   */
  record Drive(Path file, Optional<String> format, boolean kept) {}

  private static final int CDROM_INDEX = 2;

  List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(binary.toString());
    line.addAll(List.of("-smp", Integer.toString(options.cpus())));
    line.addAll(List.of("-m", Integer.toString(options.memory())));
    line.addAll(List.of("-uuid", uuid.toString()));
    line.addAll(List.of("-pidfile", state.pidFile().toString()));
    if (options.architecture() == Architecture.AARCH64) {
      // Not "max": emulating its pointer authentication makes a kernel's start five times as long.
      line.addAll(List.of("-cpu", hardware() ? "host" : "cortex-a72"));
    }
    line.addAll(List.of("-machine", machine()));
    if (!host.mac()) {
      line.addAll(List.of("-object", "rng-random,id=rng0,filename=/dev/urandom"));
      line.addAll(List.of("-device", "virtio-rng-" + bus() + ",rng=rng0"));
    }
    addDrives(line);
    firmware.ifPresent(
        file ->
            line.addAll(
                List.of("-drive", "if=pflash,format=raw,readonly=on,file=" + escape(file))));
    addKernel(line);
    addNetwork(line);
    addConsole(line);
    if (options.usb()) {
      line.add("-usb");
    }
    options.devices().forEach(device -> line.addAll(List.of("-device", device)));
    line.addAll(List.of("-qmp", "unix:" + escape(state.monitor()) + ",server=on,wait=off"));
    return List.copyOf(line);
  }

  /** Whether the host's own processor runs the guest. */
  private boolean hardware() {
    return accel.isPresent() && !accel.get().startsWith("tcg");
  }

  private String bus() {
    return options.architecture() == Architecture.S390X ? "ccw" : "pci";
  }

  private String machine() {
    String name =
        switch (options.architecture()) {
          case X86_64 -> "q35";
          case RISCV64 -> "virt";
          case S390X -> "s390-ccw-virtio";
          case AARCH64 -> {
            if (!hardware()) {
              yield "virt";
            }
            yield host.mac() ? "virt,highmem=off" : "virt,gic_version=host";
          }
        };
    return name + accel.map(a -> ",accel=" + a).orElse("");
  }

  /** The third place on the bus is the CD-ROM's, so disks go round it when there is one. */
  private void addDrives(List<String> line) {
    int index = 0;
    for (Drive drive : drives) {
      if (index == CDROM_INDEX && !cdroms.isEmpty()) {
        index++;
      }
      String format = drive.format.map(f -> ",format=" + f).orElse("");
      String place = ",index=" + index + ",media=disk" + (drive.kept ? "" : ",snapshot=on");
      line.addAll(List.of("-drive", "file=" + escape(drive.file) + format + place));
      index++;
    }
    if (boot instanceof Boot.Iso) {
      line.addAll(List.of("-boot", "d"));
    }
    int next = Math.max(index - 1, CDROM_INDEX) + 1;
    for (Path cdrom : cdroms) {
      if (cdrom.equals(cdroms.getFirst())) {
        addFirstCdrom(line, cdrom);
      } else {
        line.addAll(
            List.of("-drive", "file=" + escape(cdrom) + ",index=" + next++ + ",media=cdrom"));
      }
    }
  }

  private void addFirstCdrom(List<String> line, Path cdrom) {
    if (options.architecture() == Architecture.S390X) {
      line.addAll(List.of("-device", "virtio-scsi-ccw", "-device", "scsi-cd,drive=cd1"));
      line.addAll(List.of("-drive", "file=" + escape(cdrom) + ",format=raw,if=none,id=cd1"));
    } else {
      line.addAll(List.of("-cdrom", cdrom.toString()));
    }
  }

  private void addKernel(List<String> line) {
    switch (boot) {
      case Boot.Kernel k -> {
        line.addAll(List.of("-kernel", k.kernel().toString()));
        line.addAll(List.of("-initrd", k.initrd().toString()));
        line.addAll(List.of("-append", commandLine));
      }
      case Boot.Root r -> {
        line.addAll(List.of("-kernel", r.kernel().toString()));
        r.initrd().ifPresent(initrd -> line.addAll(List.of("-initrd", initrd.toString())));
        line.addAll(List.of("-append", commandLine + " root=" + firstDisk()));
      }
      case Boot.Efi e -> line.addAll(List.of("-kernel", e.image().toString()));
      case Boot.Iso _, Boot.Disk _ -> {}
    }
  }

  /** The name that the guest gives it; only PCs have a controller of ATA disks. */
  private String firstDisk() {
    return options.architecture() == Architecture.X86_64 ? "/dev/sda" : "/dev/vda";
  }

  private void addNetwork(List<String> line) {
    StringBuilder netdev = new StringBuilder();
    switch (options.network()) {
      case Network.None _ -> {
        line.addAll(List.of("-net", "none"));
        return;
      }
      case Network.User _ -> netdev.append("user,id=t0");
      case Network.Tap tap ->
          netdev.append("tap,id=t0,ifname=").append(tap.name()).append(",script=no,downscript=no");
      case Network.Bridge bridge -> netdev.append("bridge,id=t0,br=").append(bridge.name());
    }
    for (PublishSpec publish : options.publish()) {
      netdev
          .append(",hostfwd=")
          .append(publish.protocol().word())
          .append("::")
          .append(publish.host())
          .append("-:")
          .append(publish.guest());
    }
    line.addAll(List.of("-device", "virtio-net-" + bus() + ",netdev=t0,mac=" + mac));
    line.addAll(List.of("-netdev", netdev.toString()));
  }

  /**
   * At a terminal the signal characters stay with this process, for Ctrl-C to mean a clean end; the
   * rest, QEMU's own Ctrl-A x among it, goes to QEMU.
   */
  private void addConsole(List<String> line) {
    if (detached) {
      line.addAll(options.gui() ? List.of() : List.of("-display", "none"));
      line.addAll(List.of("-chardev", "file,id=console,path=" + escape(state.console())));
      line.addAll(List.of("-serial", "chardev:console", "-monitor", "none", "-daemonize"));
    } else if (!options.gui()) {
      line.addAll(List.of("-nographic", "-chardev", "stdio,id=console,mux=on,signal=on"));
      line.addAll(List.of("-serial", "chardev:console", "-mon", "chardev=console"));
    }
  }

  /** In QEMU's option strings a comma ends a value, and two stand for one. */
  private static String escape(Path path) {
    return path.toString().replace(",", ",,");
  }
}
