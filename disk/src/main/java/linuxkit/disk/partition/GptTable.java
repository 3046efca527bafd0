package linuxkit.disk.partition;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
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
 * @param id unique to this disk: derive it from the content
 * @param partitions up to 128, in the order of their numbers
 * @param boot how a BIOS boots the disk
 */
public record GptTable(long size, UUID id, List<GptPartition> partitions, BiosBoot boot) {
  /**
   * Settings for a BIOS.
   *
   * @param activeEntry whether the boot sector has an active entry, of type 0 and of one sector,
   *     for a BIOS that boots no disk without one
   */
  public record BiosBoot(BootCode code, boolean activeEntry) {
    /** The disk boots under UEFI only. */
    public static final BiosBoot NONE = new BiosBoot(BootCode.NONE, false);
  }

  private static final int MAX_PARTITIONS = 128;
  private static final int ENTRY = 128;
  private static final int HEADER = 92;
  private static final int ENTRIES = MAX_PARTITIONS * ENTRY;

  /**
   * The offset of the earliest possible partition, in bytes: after the boot sector, the header and
   * the entries.
   */
  public static final int BEFORE = 2 * SectorRanges.SIZE + ENTRIES;

  /** The room for the backup after the last partition, in bytes. */
  public static final int BEHIND = ENTRIES + SectorRanges.SIZE;

  /** The limit of the protected range, whose entry has a 32-bit length. */
  private static final long MAX_PROTECTED = 0xffff_ffffL * SectorRanges.SIZE;

  /**
   * @throws DiskFailure if partitions overlap, or the disk is too small for them
   */
  public GptTable {
    if (size % SectorRanges.SIZE != 0) {
      throw new IllegalArgumentException("a disk of " + size + " bytes");
    }
    if (partitions.size() > MAX_PARTITIONS) {
      throw new IllegalArgumentException(partitions.size() + " partitions");
    }
    partitions = List.copyOf(partitions);
    Set<UUID> ids = new HashSet<>();
    if (!partitions.stream().allMatch(partition -> ids.add(partition.id()))) {
      throw new IllegalArgumentException("two partitions with the same identifier");
    }
    SectorRanges.checkApart(ranges(partitions), BEFORE, size - BEHIND);
  }

  /**
   * Makes a disk that is just large enough for its partitions and the tables, which get 1 MiB at
   * either end.
   *
   * @param id unique to this disk: derive it from the content
   * @param partitions up to 128, in the order of their numbers and places
   * @param boot how a BIOS boots the disk
   */
  public static SparseImage disk(UUID id, List<Partition> partitions, BiosBoot boot) {
    List<Long> offsets = Partition.offsets(partitions);
    List<GptPartition> entries = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      entries.add(partitions.get(i).gpt(offsets.get(i)));
    }
    long size = Partition.end(partitions) + Partition.ALIGNMENT;
    return new GptTable(size, id, entries, boot).disk(Partition.contents(partitions));
  }

  /**
   * Returns only the tables. Other content can be put between them, such as an ISO image whose
   * first 32 KiB are free, so that firmware can boot it from a disk, too.
   */
  public SparseImage tables() {
    return builder().build(size);
  }

  /**
   * Returns the whole disk.
   *
   * @param contents one for each partition, in their order; the rest of a partition is zeros
   * @throws DiskFailure if a content does not fit its partition
   */
  public SparseImage disk(List<SparseImage> contents) {
    return SectorRanges.fill(builder(), ranges(partitions), contents).build(size);
  }

  private SparseImage.Builder builder() {
    byte[] entries = entries();
    long last = size / SectorRanges.SIZE - 1;
    long backupEntries = last - ENTRIES / SectorRanges.SIZE;
    return SparseImage.builder()
        .put(0, bootSector())
        .put(SectorRanges.SIZE, header(1, last, 2, entries))
        .put(2L * SectorRanges.SIZE, entries)
        .put(backupEntries * SectorRanges.SIZE, entries)
        .put(last * SectorRanges.SIZE, header(last, 1, backupEntries, entries));
  }

  // UEFI requires an entry for all of the disk except this sector. The active entry must be another
  // one: firmware would not recognize a protective entry that is active.
  private byte[] bootSector() {
    MbrPartition all =
        new MbrPartition(
            SectorRanges.SIZE,
            Math.min(size - SectorRanges.SIZE, MAX_PROTECTED),
            MbrPartition.GPT_PROTECTIVE,
            false);
    MbrPartition active = new MbrPartition(0, SectorRanges.SIZE, 0, true);
    List<MbrPartition> table = boot.activeEntry ? List.of(all, active) : List.of(all);
    return new MbrTable(boot.code, 0, table).sector();
  }

  private byte[] header(long self, long other, long entriesAt, byte[] entries) {
    ByteBuffer header = ByteBuffer.allocate(SectorRanges.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'});
    header.putInt(0x0001_0000); // revision 1.0
    header.putInt(HEADER);
    int checksum = header.position();
    header.putInt(0); // the checksum counts as 0
    header.putInt(0);
    header.putLong(self).putLong(other);
    header.putLong(BEFORE / SectorRanges.SIZE).putLong((size - BEHIND) / SectorRanges.SIZE - 1);
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
      entries.putLong(partition.offset() / SectorRanges.SIZE);
      entries.putLong(partition.end() / SectorRanges.SIZE - 1);
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

  private static List<SectorRanges.Range> ranges(List<GptPartition> partitions) {
    return partitions.stream().map(p -> new SectorRanges.Range(p.offset(), p.end())).toList();
  }
}
