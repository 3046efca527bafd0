package linuxkit.filesystem.iso9660;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import linuxkit.filesystem.Extent;

/** Encodes the catalog in which firmware finds boot images (El Torito section 2). */
final class BootCatalog {
  /** The number of entries that fit a sector; all take 64 bytes. */
  static final int MAX_ENTRIES = SectorPacker.SIZE / 64 - 1;

  private static final byte BOOTABLE = (byte) 0x88;

  /** The number of 512-byte sectors that a BIOS loads of a loader that reads the rest itself. */
  private static final int BIOS_SECTORS = 4;

  private BootCatalog() {}

  /** Returns the volume descriptor that refers to the catalog (section 2.0). */
  static byte[] descriptor(long catalog) {
    ByteBuffer out = ByteBuffer.allocate(SectorPacker.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 0);
    out.put("CD001".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 1);
    out.put("EL TORITO SPECIFICATION".getBytes(StandardCharsets.US_ASCII));
    out.putInt(71, (int) catalog);
    return out.array();
  }

  /**
   * @param extents of the images, in the order of the entries
   */
  static byte[] catalog(List<BootEntry> entries, List<Extent> extents) {
    ByteBuffer out = ByteBuffer.allocate(SectorPacker.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    validation(entries.getFirst(), out);
    for (int i = 0; i < entries.size(); i++) {
      if (i > 0) {
        // Section 2.3: each further entry has a section of its own.
        out.put((byte) (i + 1 < entries.size() ? 0x90 : 0x91));
        out.put((byte) entries.get(i).platform().id());
        out.putShort((short) 1);
        out.position(out.position() + 28);
      }
      entry(entries.get(i), extents.get(i), out);
    }
    return out.array();
  }

  /** Returns the validation entry, whose 16-bit words add up to 0 (section 2.1). */
  private static void validation(BootEntry first, ByteBuffer out) {
    out.put(0, (byte) 1);
    out.put(1, (byte) first.platform().id());
    out.put(30, (byte) 0x55);
    out.put(31, (byte) 0xaa);
    int sum = 0;
    for (int i = 0; i < 32; i += 2) {
      sum += out.getShort(i);
    }
    out.putShort(28, (short) -sum);
    out.position(32);
  }

  /** Returns the default entry or a section entry (sections 2.2 and 2.4). */
  private static void entry(BootEntry entry, Extent extent, ByteBuffer out) {
    out.put(BOOTABLE);
    out.put((byte) 0);
    out.putShort((short) 0);
    out.putShort((short) 0);
    out.putShort((short) sectors(entry, extent));
    out.putInt((int) (extent.offset() / SectorPacker.SIZE));
    out.position(out.position() + 20);
  }

  private static long sectors(BootEntry entry, Extent extent) {
    return switch (entry.platform()) {
      case BIOS -> BIOS_SECTORS;
      case EFI -> {
        long sectors = Math.ceilDiv(extent.length(), 512L);
        // UEFI section 13.3.2.1: 0 means up to the end of the volume.
        yield sectors <= 0xffff ? sectors : 0;
      }
    };
  }
}
