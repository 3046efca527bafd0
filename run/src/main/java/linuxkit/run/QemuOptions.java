package linuxkit.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person asks of a run under QEMU (spec linuxkit-cli 7.1 and 7.2).
 *
 * @param path a disk or ISO image, or the prefix of a kernel
 * @param mode what {@code path} stands for; empty to find out
 * @param cpus at least 1
 * @param memory in MiB, at least 1
 * @param publish only with {@link Network.User}
 * @param state the directory of what belongs to the guest; empty for one beside {@code path}
 * @param data what the guest finds in {@code /config} of its metadata CD-ROM
 * @param uefi boots by UEFI firmware
 * @param firmware the UEFI firmware; empty to look in the usual places
 * @param accel QEMU's accelerators, unprobed; empty to use what works
 * @param qemu a program by its path, or by a name on the PATH; empty for the usual name
 * @param gui a window in place of this terminal
 * @param usb a USB controller
 * @param devices values for QEMU's {@code -device}, as they are
 * @param environment where {@code PATH} and {@code LINUXKIT_QEMU_ACCEL} are read
 */
public record QemuOptions(
    Path path,
    Optional<BootMode> mode,
    Architecture architecture,
    int cpus,
    int memory,
    List<DiskSpec> disks,
    Network network,
    List<PublishSpec> publish,
    Optional<Path> state,
    Optional<Data> data,
    boolean uefi,
    Optional<Path> firmware,
    Optional<String> accel,
    Optional<String> qemu,
    boolean gui,
    boolean usb,
    List<String> devices,
    Map<String, String> environment) {

  /** Metadata for the guest. */
  public sealed interface Data {
    /** The text itself. */
    record Text(String text) implements Data {}

    /** The bytes of a file. */
    record InFile(Path file) implements Data {}
  }

  public QemuOptions {
    disks = List.copyOf(disks);
    publish = List.copyOf(publish);
    devices = List.copyOf(devices);
    environment = Map.copyOf(environment);
    if (cpus < 1 || memory < 1) {
      throw new OptionFailure(
          "a guest cannot have " + cpus + " CPUs and " + memory + " MB of memory",
          "give it at least one of each");
    }
    if (!publish.isEmpty() && !(network instanceof Network.User)) {
      throw new OptionFailure(
          "ports can be published with user networking only", "remove --publish or --networking");
    }
  }

  /** The defaults: one CPU, 1024 MiB, this machine's architecture, user networking. */
  public static Builder builder(Path path) {
    return new Builder(path);
  }

  /** Collects options; each call replaces or adds one. */
  public static final class Builder {
    private final Path path;
    private Optional<BootMode> mode = Optional.empty();
    private Architecture architecture = Architecture.host();
    private int cpus = 1;
    private int memory = 1024;
    private List<DiskSpec> disks = List.of();
    private Network network = new Network.User();
    private List<PublishSpec> publish = List.of();
    private Optional<Path> state = Optional.empty();
    private Optional<Data> data = Optional.empty();
    private boolean uefi;
    private Optional<Path> firmware = Optional.empty();
    private Optional<String> accel = Optional.empty();
    private Optional<String> qemu = Optional.empty();
    private boolean gui;
    private boolean usb;
    private List<String> devices = List.of();
    private Map<String, String> environment = System.getenv();

    private Builder(Path path) {
      this.path = path;
    }

    public Builder mode(BootMode value) {
      mode = Optional.of(value);
      return this;
    }

    public Builder architecture(Architecture value) {
      architecture = value;
      return this;
    }

    public Builder cpus(int value) {
      cpus = value;
      return this;
    }

    public Builder memory(int value) {
      memory = value;
      return this;
    }

    public Builder disks(List<DiskSpec> value) {
      disks = value;
      return this;
    }

    public Builder network(Network value) {
      network = value;
      return this;
    }

    public Builder publish(List<PublishSpec> value) {
      publish = value;
      return this;
    }

    public Builder state(Path value) {
      state = Optional.of(value);
      return this;
    }

    public Builder data(Data value) {
      data = Optional.of(value);
      return this;
    }

    public Builder uefi(boolean value) {
      uefi = value;
      return this;
    }

    public Builder firmware(Path value) {
      firmware = Optional.of(value);
      return this;
    }

    public Builder accel(String value) {
      accel = Optional.of(value);
      return this;
    }

    public Builder qemu(String value) {
      qemu = Optional.of(value);
      return this;
    }

    public Builder gui(boolean value) {
      gui = value;
      return this;
    }

    public Builder usb(boolean value) {
      usb = value;
      return this;
    }

    public Builder devices(List<String> value) {
      devices = value;
      return this;
    }

    public Builder environment(Map<String, String> value) {
      environment = value;
      return this;
    }

    public QemuOptions build() {
      return new QemuOptions(
          path,
          mode,
          architecture,
          cpus,
          memory,
          disks,
          network,
          publish,
          state,
          data,
          uefi,
          firmware,
          accel,
          qemu,
          gui,
          usb,
          devices,
          environment);
    }
  }
}
