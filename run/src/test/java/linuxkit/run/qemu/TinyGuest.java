package linuxkit.run.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import linuxkit.base.Progress;
import linuxkit.disk.qcow2.Qcow2;
import linuxkit.run.Architecture;
import linuxkit.run.BootSource;
import linuxkit.run.DiskSpec;
import linuxkit.run.GuestData;
import linuxkit.run.MachineSpec;
import linuxkit.run.Network;
import linuxkit.run.PortMapping;

/**
 * A guest of a hundred bytes that replaces a PC's firmware: it writes "up" to the serial port,
 * echoes what it reads there, and powers off on {@code q} or when its power button is pressed.
 */
final class TinyGuest {
  private static final int SIZE = 64 << 10;
  private static final String CODE =
      // Maps the power management registers to 0x600 through the ICH9 bridge's PCI configuration
      "66b840f80080" // mov eax, 0x8000f840
          + "baf80c" // mov dx, 0xcf8
          + "66ef" // out dx, eax
          + "bafc0c" // mov dx, 0xcfc
          + "66b801060000" // mov eax, 0x601
          + "66ef" // out dx, eax
          + "66b844f80080" // mov eax, 0x8000f844
          + "baf80c" // mov dx, 0xcf8
          + "66ef" // out dx, eax
          + "bafc0c" // mov dx, 0xcfc
          + "b080" // mov al, 0x80
          + "ee" // out dx, al
          + "ba0206" // mov dx, 0x602
          + "b80001" // mov ax, 0x100: enable the power button
          + "ef" // out dx, ax
          + "baf803" // mov dx, 0x3f8
          + "b075" // mov al, 'u'
          + "ee" // out dx, al
          + "b070" // mov al, 'p'
          + "ee" // out dx, al
          + "b00a" // mov al, newline
          + "ee" // out dx, al
          // 0x3a
          + "ba0006" // mov dx, 0x600
          + "ed" // in ax, dx
          + "f6c401" // test ah, 1
          + "7511" // jnz 0x54
          + "bafd03" // mov dx, 0x3fd
          + "ec" // in al, dx
          + "a801" // test al, 1
          + "74ef" // jz 0x3a
          + "baf803" // mov dx, 0x3f8
          + "ec" // in al, dx
          + "ee" // out dx, al
          + "3c71" // cmp al, 'q'
          + "75e6" // jnz 0x3a
          // 0x54
          + "ba0406" // mov dx, 0x604
          + "b80020" // mov ax, 0x2000
          + "ef" // out dx, ax
          + "f4" // hlt
          + "ebfd"; // jmp to the hlt

  private final Path image;
  private Optional<Path> firmware;
  private Optional<Path> state = Optional.empty();
  private Architecture architecture = Architecture.X86_64;
  private List<DiskSpec> disks = List.of();
  private List<PortMapping> ports = List.of();
  private Optional<String> program = Optional.empty();
  private List<String> devices = List.of();
  private Map<String, String> environment;
  private boolean otherFiles;
  private Optional<GuestData> data = Optional.empty();

  private TinyGuest(Path folder, String code) throws IOException {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(code), SIZE);
    byte[] resetVector = {(byte) 0xea, 0x00, 0x00, 0x00, (byte) 0xf0}; // jmp 0xf000:0
    System.arraycopy(resetVector, 0, bytes, SIZE - 16, resetVector.length);
    firmware = Optional.of(Files.write(folder.resolve("tiny.fw"), bytes));
    image = folder.resolve("tiny.qcow2");
    environment = new HashMap<>(System.getenv());
    environment.put("HOME", folder.toString());
    if (Files.notExists(image)) {
      new Qcow2(Qcow2.Compression.NONE).create(image, 1 << 20);
    }
  }

  /** Returns a guest whose files are in {@code folder}. */
  static TinyGuest in(Path folder) throws IOException {
    return new TinyGuest(folder, CODE);
  }

  /** Returns a guest that ignores its power button. */
  static TinyGuest deafIn(Path folder) throws IOException {
    return new TinyGuest(folder, CODE.replace("f6c401", "f6c400"));
  }

  TinyGuest firmware(Path value) {
    firmware = Optional.of(value);
    return this;
  }

  TinyGuest state(Path value) {
    state = Optional.of(value);
    return this;
  }

  TinyGuest architecture(Architecture value) {
    architecture = value;
    return this;
  }

  TinyGuest disks(List<DiskSpec> value) {
    disks = value;
    return this;
  }

  TinyGuest ports(List<PortMapping> value) {
    ports = value;
    return this;
  }

  TinyGuest program(String value) {
    program = Optional.of(value);
    return this;
  }

  TinyGuest devices(List<String> value) {
    devices = value;
    return this;
  }

  TinyGuest environment(Map<String, String> value) {
    environment = value;
    return this;
  }

  TinyGuest allowOtherFiles() {
    otherFiles = true;
    return this;
  }

  TinyGuest data(String text) {
    data = Optional.of(new GuestData.Text(text));
    return this;
  }

  Path image() {
    return image;
  }

  QemuGuest start() {
    return qemu().start(machine(), source(), state, Progress.silent());
  }

  int run(Progress progress) {
    return qemu().run(machine(), source(), state, progress);
  }

  private Qemu qemu() {
    return new Qemu(
        new QemuOptions(
            program, firmware, Optional.of("tcg"), false, false, devices, otherFiles, environment));
  }

  private MachineSpec machine() {
    return new MachineSpec(architecture, 1, 16, disks, new Network.User(), ports, data, false);
  }

  private BootSource source() {
    return new BootSource(image, Optional.empty());
  }
}
