package linuxkit.disk.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import linuxkit.base.SparseImage;
import linuxkit.disk.ContentUuid;
import linuxkit.disk.DiskFailure;

/**
 * A boot sector with the partition table that BIOS boot code reads (UEFI specification 2.10,
 * section 5.2.1).
 *
 * @param signature identifies the disk: derive it from the content, as with {@link #signature}
 * @param partitions up to four, in the order of their numbers
 */
public record MbrTable(BootCode bootCode, int signature, List<MbrPartition> partitions) {
  private static final int ENTRIES = 446;
  private static final int ENTRY = 16;
  private static final int MAX_PARTITIONS = 4;
  private static final long MAX_SECTOR = 0xffff_ffffL;

  /**
   * @throws DiskFailure if partitions overlap, or lie beyond the reach of 32-bit sector numbers
   */
  public MbrTable {
    if (partitions.size() > MAX_PARTITIONS) {
      throw new IllegalArgumentException(partitions.size() + " partitions");
    }
    if (partitions.stream().filter(MbrPartition::active).count() > 1) {
      throw new IllegalArgumentException("more than one active partition");
    }
    partitions = List.copyOf(partitions);
    SectorRanges.checkApart(
        ranges(partitions.stream().filter(p -> p.type() != 0).toList()),
        SectorRanges.SIZE,
        Long.MAX_VALUE);
    for (MbrPartition partition : partitions) {
      if (partition.end() / SectorRanges.SIZE - 1 > MAX_SECTOR
          || partition.length() / SectorRanges.SIZE > MAX_SECTOR) {
        throw new DiskFailure(
            "a partition that ends at byte " + partition.end() + " is too far out for an MBR",
            "keep below 2 TiB, or use a GPT");
      }
    }
  }

  /**
   * Returns a signature for a disk.
   *
   * @param seed stands for the content, such as its hash
   */
  public static int signature(byte[] seed) {
    // 0 means that a disk has no signature.
    int signature = ContentUuid.of(seed, "disk signature").hashCode();
    return signature == 0 ? 1 : signature;
  }

  /**
   * Makes a disk that is just large enough for its partitions, which begin at 1 MiB.
   *
   * @param partitions up to four, in the order of their numbers and places
   */
  public static SparseImage disk(BootCode bootCode, int signature, List<Partition> partitions) {
    List<Long> offsets = Partition.offsets(partitions);
    List<MbrPartition> entries = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      entries.add(partitions.get(i).mbr(offsets.get(i)));
    }
    return new MbrTable(bootCode, signature, entries)
        .disk(Partition.end(partitions), Partition.contents(partitions));
  }

  /** Returns the first 512 bytes of the disk. */
  public byte[] sector() {
    ByteBuffer sector = ByteBuffer.allocate(SectorRanges.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    bootCode.put(sector);
    sector.putInt(BootCode.MAX_LENGTH, signature);
    for (int i = 0; i < partitions.size(); i++) {
      put(partitions.get(i), sector.position(ENTRIES + i * ENTRY));
    }
    sector.putShort(SectorRanges.SIZE - 2, (short) 0xaa55);
    return sector.array();
  }

  private static void put(MbrPartition partition, ByteBuffer entry) {
    long first = partition.offset() / SectorRanges.SIZE;
    long count = partition.length() / SectorRanges.SIZE;
    entry.put((byte) (partition.active() ? 0x80 : 0));
    entry.put(Chs.of(first));
    entry.put((byte) partition.type());
    entry.put(
        partition.type() == MbrPartition.GPT_PROTECTIVE
            ? Chs.ofProtected(first + count - 1)
            : Chs.of(first + count - 1));
    entry.putInt((int) first).putInt((int) count);
  }

  /**
   * Returns the whole disk.
   *
   * @param size in bytes
   * @param contents one for each partition, in their order; the rest of a partition is zeros
   * @throws DiskFailure if a content does not fit its partition, or a partition the disk
   */
  public SparseImage disk(long size, List<SparseImage> contents) {
    List<SectorRanges.Range> ranges = ranges(partitions);
    SectorRanges.checkApart(ranges, SectorRanges.SIZE, size);
    return SectorRanges.fill(SparseImage.builder().put(0, sector()), ranges, contents).build(size);
  }

  private static List<SectorRanges.Range> ranges(List<MbrPartition> partitions) {
    return partitions.stream().map(p -> new SectorRanges.Range(p.offset(), p.end())).toList();
  }
}
