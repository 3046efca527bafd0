package linuxkit.run.qemu;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import linuxkit.base.FileFailure;
import linuxkit.run.Architecture;

/**
 * Checks whether KVM can run guests. Even if /dev/kvm exists, guests may hang, for example under
 * nested virtualisation that interprets instructions; so a guest of a few instructions is run
 * first.
 */
final class KvmProbe {
  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Duration TIMEOUT = Duration.ofMillis(1500);
  private static final int FIRMWARE_SIZE = 64 << 10;

  private KvmProbe() {}

  /**
   * Returns the reason not to use KVM, if there is one.
   *
   * @param program QEMU for {@code architecture}, which is this machine's
   */
  static Optional<String> obstacle(Path program, Architecture architecture) {
    if (!Files.exists(DEVICE)) {
      return Optional.of("/dev/kvm does not exist");
    }
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return Optional.of("permission to use /dev/kvm is missing");
    }
    return works(program, architecture, "kvm", TIMEOUT)
        ? Optional.empty()
        : Optional.of("KVM does not respond");
  }

  /**
   * Returns whether the probe guest finishes under an accelerator. Architectures without a probe
   * guest always pass.
   */
  static boolean works(Path program, Architecture architecture, String accel, Duration timeout) {
    return switch (architecture) {
      case X86_64 ->
          run(
              x86Firmware(),
              33, // isa-debug-exit ends QEMU with twice the byte written, plus one
              List.of(
                  program.toString(),
                  "-machine",
                  "q35,accel=" + accel,
                  "-device",
                  "isa-debug-exit,iobase=0xf4,iosize=4"),
              timeout);
      case AARCH64 ->
          run(
              arm64Firmware(),
              0,
              List.of(
                  program.toString(),
                  "-machine",
                  accel.equals("kvm") ? "virt,gic_version=host,accel=kvm" : "virt,accel=" + accel,
                  "-cpu",
                  accel.equals("kvm") ? "host" : "cortex-a72"),
              timeout);
      case S390X, RISCV64 -> true;
    };
  }

  private static boolean run(byte[] firmware, int status, List<String> command, Duration timeout) {
    Path file;
    try {
      file = Files.createTempFile("linuxkit-kvm", ".bin");
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot create a file in", Path.of(System.getProperty("java.io.tmpdir", "/tmp")), e);
    }
    try {
      Files.write(file, firmware);
      List<String> line = new ArrayList<>(command);
      line.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-m", "16"));
      line.addAll(List.of("-bios", file.toString()));
      Process process =
          new ProcessBuilder(line)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
            && process.exitValue() == status;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot run the KVM probe", file, e);
    } finally {
      deleteQuietly(file);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // A file left in the directory for temporary files does no harm.
    }
  }

  /**
   * Returns code that enters 64-bit mode from the reset vector, as every kernel does, and adds two
   * vectors there: an instruction interpreter that handles real mode fails at this.
   */
  private static byte[] x86Firmware() {
    byte[] code =
        HexFormat.of()
            .parseHex(
                ""
                    // 16 bits: page tables at 0x1000, 0x2000, 0x3000 map the first 2 MiB to itself
                    + "fa" // cli
                    + "31c0" // xor ax, ax
                    + "8ed8" // mov ds, ax
                    + "66c706001003200000" // mov dword [0x1000], 0x2003
                    + "66c706002003300000" // mov dword [0x2000], 0x3003
                    + "66c706003083000000" // mov dword [0x3000], 0x83
                    + "2e660f0116a000" // lgdt cs:[0xa0]
                    + "0f20c0" // mov eax, cr0
                    + "0c01" // or al, 1: protected mode
                    + "0f22c0" // mov cr0, eax
                    + "66ea37000f000800" // jmp 0x08:0xf0037
                    // 32 bits
                    + "66b81800" // mov ax, 0x18
                    + "8ed8" // mov ds, ax
                    + "8ed0" // mov ss, ax
                    + "b820020000" // mov eax, 0x220: PAE and SSE
                    + "0f22e0" // mov cr4, eax
                    + "b800100000" // mov eax, 0x1000
                    + "0f22d8" // mov cr3, eax
                    + "b9800000c0" // mov ecx, EFER
                    + "0f32" // rdmsr
                    + "0d00010000" // or eax, 0x100: long mode
                    + "0f30" // wrmsr
                    + "0f20c0" // mov eax, cr0
                    + "0d02000080" // or eax, 0x80000002: paging
                    + "24fb" // and al, 0xfb: a vector unit is present
                    + "0f22c0" // mov cr0, eax
                    + "ea71000f001000" // jmp 0x10:0xf0071
                    // 64 bits
                    + "660ffec0" // paddd xmm0, xmm0
                    + "b010" // mov al, 16
                    + "e6f4" // out 0xf4, al
                    + "f4" // hlt
                    + "ebfd" // jmp to the hlt
                    + "0f1f4000" // (padding)
                    // 0x80, the descriptor table: null, 32-bit code, 64-bit code, data
                    + "0000000000000000"
                    + "ffff0000009bcf00"
                    + "ffff0000009baf00"
                    + "ffff00000093cf00"
                    // 0xa0: its length and address
                    + "1f0080000f00");
    byte[] firmware = Arrays.copyOf(code, FIRMWARE_SIZE);
    byte[] resetVector = {(byte) 0xea, 0x00, 0x00, 0x00, (byte) 0xf0}; // jmp 0xf000:0
    System.arraycopy(resetVector, 0, firmware, FIRMWARE_SIZE - 16, resetVector.length);
    return firmware;
  }

  private static byte[] arm64Firmware() {
    byte[] code =
        HexFormat.of()
            .parseHex(
                "00018052" // mov w0, #8
                    + "0080b072" // movk w0, #0x8400, lsl #16: PSCI's SYSTEM_OFF
                    + "020000d4" // hvc #0
                    + "00000014"); // b .
    return Arrays.copyOf(code, FIRMWARE_SIZE);
  }
}
