package linuxkit.disk.vhdx;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import linuxkit.disk.DiskFormat;
import linuxkit.disk.Guid;

/** Writes the properties of the disk (MS-VHDX, section 2.6): a table, followed by its items. */
final class VhdxMetadata {
  private static final int ITEMS_AT = 64 << 10;
  private static final int TABLE_HEADER = 32;
  private static final int ENTRY = 32;
  private static final int ITEMS = 5;

  /** Flag of an item that concerns the disk, not the file. */
  private static final int VIRTUAL_DISK = 1 << 1;

  /** Flag: a reader that does not know the item must not open the file. */
  private static final int REQUIRED = 1 << 2;

  private final ByteBuffer table =
      ByteBuffer.allocate(TABLE_HEADER + ITEMS * ENTRY).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer items = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
  private int start;

  private VhdxMetadata() {
    table.put("metadata".getBytes(US_ASCII)).putShort((short) 0).putShort((short) ITEMS);
    table.position(TABLE_HEADER);
  }

  /** Returns the beginning of the region; the rest of it is zeros. */
  static byte[] region(long size, int blockSize, UUID id) {
    VhdxMetadata metadata = new VhdxMetadata();
    metadata.items.putInt(blockSize).putInt(0); // no parent; blocks may be deallocated
    metadata.enter("caa16737-fa36-4d43-b3b6-33f0aa44e76b", REQUIRED);
    metadata.items.putLong(size);
    metadata.enter("2fa54224-cd1b-4876-b211-5dbed83bf4b8", REQUIRED | VIRTUAL_DISK);
    Guid.put(id, metadata.items);
    metadata.enter("beca12ab-b2e6-4523-93ef-c309e000c746", REQUIRED | VIRTUAL_DISK);
    metadata.items.putInt(DiskFormat.SECTOR); // a logical sector,
    metadata.enter("8141bf1d-a96f-4709-ba47-f233a8faab5f", REQUIRED | VIRTUAL_DISK);
    metadata.items.putInt(DiskFormat.SECTOR); // and a physical one
    metadata.enter("cda348c7-445d-4471-9cc9-e9885251c556", REQUIRED | VIRTUAL_DISK);
    return ByteBuffer.allocate(ITEMS_AT + metadata.items.position())
        .put(metadata.table.flip())
        .position(ITEMS_AT)
        .put(metadata.items.flip())
        .array();
  }

  /** Adds an entry for what was added to the items since the previous call. */
  private void enter(String item, int flags) {
    Guid.put(UUID.fromString(item), table);
    table.putInt(ITEMS_AT + start).putInt(items.position() - start).putInt(flags).putInt(0);
    start = items.position();
  }
}
