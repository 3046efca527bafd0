package linuxkit.boot.bios;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.boot.Systems;
import linuxkit.filesystem.Content;
import linuxkit.filesystem.FileTree;
import linuxkit.filesystem.Metadata;

/** A Syslinux installer without code, each of whose fields can be made wrong. */
public final class SyslinuxBytes {
  static final int CORE = 512;
  // Offsets in the core.
  static final int TABLE = 32;
  static final int SECOND = 96;
  static final int CORE_SIZE = 2048;
  static final int LIBRARY = CORE + CORE_SIZE;
  private static final int EXTENTS = 256;
  private static final int POINTERS = 512;

  private final ByteBuffer bytes;

  SyslinuxBytes() {
    this(core());
  }

  /**
   * @param core begins with what every one begins with
   */
  SyslinuxBytes(byte[] core) {
    int library = CORE + (core.length + 31) / 32 * 32;
    bytes = ByteBuffer.allocate(library + 128).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, text("\u00ebX\u0090SYSLINUX")).putShort(510, (short) 0xaa55);
    bytes.put(CORE, core);
    bytes.put(library, text("\u007fELF")).putShort(library + 16, (short) 3);
    bytes.putShort(library + 18, (short) 3).putInt(library + 32, 88);
    bytes.putShort(library + 46, (short) 40).putShort(library + 48, (short) 1);
  }

  private static byte[] core() {
    ByteBuffer core = ByteBuffer.allocate(CORE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    core.put(0, text("\r\nSYSLINUX "));
    core.putInt(TABLE, 0x3eb202fe).putShort(TABLE + 22, (short) SECOND);
    core.putShort(SECOND, (short) POINTERS);
    core.putShort(SECOND + 10, (short) EXTENTS).putShort(SECOND + 12, (short) 4);
    core.putShort(SECOND + 14, (short) 100).putShort(SECOND + 16, (short) 104);
    return core.array();
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  SyslinuxBytes u16(int at, int value) {
    bytes.putShort(at, (short) value);
    return this;
  }

  SyslinuxBytes u32(int at, long value) {
    bytes.putInt(at, (int) value);
    return this;
  }

  /**
   * Returns the image of a component that contains such an installer.
   *
   * @param mbrCode in bytes
   */
  public static FileTree image(int mbrCode) {
    FileTree tree = new FileTree(Metadata.of(0755, 0, 0, 0));
    for (String folder :
        List.of("usr", "usr/bin", "usr/lib", "usr/lib/syslinux", "usr/lib/syslinux/mbr")) {
      Systems.folder(tree, folder);
    }
    Content installer = Content.of(new SyslinuxBytes().bytes());
    Systems.put(tree, "usr/bin/syslinux", Systems.file(0755, installer));
    Content code = Content.of(new byte[mbrCode]);
    Systems.put(tree, "usr/lib/syslinux/mbr/mbr.bin", Systems.file(0644, code));
    Systems.put(tree, "usr/lib/syslinux/mbr/gptmbr.bin", Systems.file(0644, code));
    return tree;
  }

  byte[] bytes() {
    return bytes.array().clone();
  }
}
