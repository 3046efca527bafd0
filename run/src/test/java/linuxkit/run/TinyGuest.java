package linuxkit.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import linuxkit.disk.qcow2.Qcow2;

/**
 * A guest of a hundred bytes in place of a PC's firmware: it writes "up" on the serial port, echoes
 * what it reads there, and powers off at a {@code q} or when its power button is pressed.
 */
final class TinyGuest {
  private static final int SIZE = 64 << 10;
  private static final String CODE =
      // Puts the power management registers at 0x600, by the PCI configuration of the ICH9 bridge
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
          + "b80001" // mov ax, 0x100: the power button is of interest
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

  private TinyGuest() {}

  /** Options to run it, with all that it needs in {@code folder}. */
  static QemuOptions.Builder in(Path folder) throws IOException {
    return in(folder, CODE);
  }

  /** One that does not hear its power button. */
  static QemuOptions.Builder deafIn(Path folder) throws IOException {
    return in(folder, CODE.replace("f6c401", "f6c400"));
  }

  private static QemuOptions.Builder in(Path folder, String code) throws IOException {
    byte[] firmware = Arrays.copyOf(HexFormat.of().parseHex(code), SIZE);
    byte[] resetVector = {(byte) 0xea, 0x00, 0x00, 0x00, (byte) 0xf0}; // jmp 0xf000:0
    System.arraycopy(resetVector, 0, firmware, SIZE - 16, resetVector.length);
    Path image = folder.resolve("tiny.qcow2");
    if (Files.notExists(image)) {
      new Qcow2(Qcow2.Compression.NONE).create(image, 1 << 20);
    }
    return QemuOptions.builder(image)
        .architecture(Architecture.X86_64)
        .accel("tcg")
        .memory(16)
        .firmware(Files.write(folder.resolve("tiny.fw"), firmware));
  }
}
