package linuxkit.disk.partition;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.zip.CRC32;
import linuxkit.base.SparseImage;
import linuxkit.disk.DiskFailure;
import linuxkit.disk.Guid;

/**
 * A GUID partition table of 128 entries with its backup, and the boot sector before it (UEFI
 * specification 2.10, section 5.3), for disks with sectors of 512 bytes.
 *
 * @param size of the disk in bytes, a multiple of 512
 * @param id which no other disk has: derive it from the content
 * @param partitions up to 128, in the order of their numbers
 * @param boot how a BIOS starts the disk
 */
public record GptTable(long size, UUID id, List<GptPartition> partitions, BiosBoot boot) {
  /**
   * How a BIOS starts the disk.
   *
   * @param activeEntry whether the boot sector has an active entry, of a type that means nothing
   *     and of one sector, for a BIOS that starts no disk without one
   */
  public record BiosBoot(BootCode code, boolean activeEntry) {
    /** The disk starts under UEFI only. */
    public static final BiosBoot NONE = new BiosBoot(BootCode.NONE, false);
  }

  private static final int MAX_PARTITIONS = 128;
  private static final int ENTRY = 128;
  private static final int HEADER = 92;
  private static final int ENTRIES = MAX_PARTITIONS * ENTRY;

  /**
   * Where the first partition may begin, in bytes from the beginning of the disk: behind the boot
   * sector, the header and the entries.
   */
  public static final int BEFORE = 2 * Sectors.SIZE + ENTRIES;

  /** Where the last partition must end, in bytes before the end of the disk. */
  public static final int BEHIND = ENTRIES + Sectors.SIZE;

  /** In bytes: what partitions of a new disk begin at a multiple of, as every tool places them. */
  public static final int ALIGNMENT = 1 << 20;

  /** No protected range is longer, since its entry has 32 bits to say so. */
  private static final long MAX_PROTECTED = 0xffff_ffffL * Sectors.SIZE;

  /**
   * @throws DiskFailure when partitions overlap, or the disk is too small for them
   */
  public GptTable {
    if (size % Sectors.SIZE != 0) {
      throw new IllegalArgumentException("a disk of " + size + " bytes");
    }
    if (partitions.size() > MAX_PARTITIONS) {
      throw new IllegalArgumentException(partitions.size() + " partitions");
    }
    partitions = List.copyOf(partitions);
    Set<UUID> ids = new HashSet<>();
    if (!partitions.stream().allMatch(partition -> ids.add(partition.id()))) {
      throw new IllegalArgumentException("two partitions with one identifier");
    }
    Sectors.checkApart(ranges(partitions), BEFORE, size - BEHIND);
  }

  /**
   * The tables alone. What else the disk has can be put between them: also an ISO image whose first
   * 32 KiB are free, which firmware then starts from a disk as well.
   */
  public SparseImage tables() {
    return builder().build(size);
  }

  /**
   * The whole disk.
   *
   * @param contents one for each partition, in their order; the rest of a partition is zeros
   * @throws DiskFailure when one does not fit its partition
   */
  public SparseImage disk(List<SparseImage> contents) {
    return Sectors.fill(builder(), ranges(partitions), contents).build(size);
  }

  private SparseImage.Builder builder() {
    byte[] entries = entries();
    long last = size / Sectors.SIZE - 1;
    long backupEntries = last - ENTRIES / Sectors.SIZE;
    return SparseImage.builder()
        .put(0, bootSector())
        .put(Sectors.SIZE, header(1, last, 2, entries))
        .put(2L * Sectors.SIZE, entries)
        .put(backupEntries * Sectors.SIZE, entries)
        .put(last * Sectors.SIZE, header(last, 1, backupEntries, entries));
  }

  // UEFI wants one entry over all of the disk but this sector. An active entry has to be another
  // one, as firmware would not take the first for what it is.
  private byte[] bootSector() {
    MbrPartition all =
        new MbrPartition(
            Sectors.SIZE,
            Math.min(size - Sectors.SIZE, MAX_PROTECTED),
            MbrPartition.GPT_PROTECTIVE,
            false);
    MbrPartition active = new MbrPartition(0, Sectors.SIZE, 0, true);
    List<MbrPartition> table = boot.activeEntry ? List.of(all, active) : List.of(all);
    return new MbrTable(boot.code, 0, table).sector();
  }

  private byte[] header(long self, long other, long entriesAt, byte[] entries) {
    ByteBuffer header = ByteBuffer.allocate(Sectors.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'});
    header.putInt(0x0001_0000); // revision 1.0
    header.putInt(HEADER);
    int checksum = header.position();
    header.putInt(0); // the checksum, which counts as 0 in itself
    header.putInt(0);
    header.putLong(self).putLong(other);
    header.putLong(BEFORE / Sectors.SIZE).putLong((size - BEHIND) / Sectors.SIZE - 1);
    Guid.put(id, header);
    header.putLong(entriesAt);
    header.putInt(MAX_PARTITIONS).putInt(ENTRY);
    header.putInt(crc(entries, ENTRIES));
    header.putInt(checksum, crc(header.array(), HEADER));
    return header.array();
  }

  private byte[] entries() {
    ByteBuffer entries = ByteBuffer.allocate(ENTRIES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < partitions.size(); i++) {
      GptPartition partition = partitions.get(i);
      entries.position(i * ENTRY);
      Guid.put(partition.type(), entries);
      Guid.put(partition.id(), entries);
      entries.putLong(partition.offset() / Sectors.SIZE);
      entries.putLong(partition.end() / Sectors.SIZE - 1);
      entries.putLong(partition.attributes());
      entries.put(partition.name().getBytes(UTF_16LE));
    }
    return entries.array();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static List<Sectors.Range> ranges(List<GptPartition> partitions) {
    return partitions.stream().map(p -> new Sectors.Range(p.offset(), p.end())).toList();
  }
}
